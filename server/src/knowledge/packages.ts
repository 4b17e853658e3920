/**
 * What calls of well-known packages give, for a project whose packages are not read. Read from their
 * documentation; where the source is there, it is what counts.
 */

/** By the words of Python's naming convention, is it a class that the dotted name names? */
export function isClassName(name: string): boolean {
  return /(?:^|\.)_?[A-Z]\w*$/.test(name);
}

/** The dotted name of the class whose instance a call of the dotted name gives, when that is known. */
export function classGivenBy(callee: string): string | undefined {
  const known = GIVES.get(callee);
  if (known !== undefined) return known;
  // By and large, a manager gives itself to the block that it governs.
  const manager = /^(.*)\.__enter__$/.exec(callee)?.[1];
  if (manager !== undefined) return manager;
  return isClassName(callee) ? callee : undefined;
}

/** The methods that make a query of a query. */
function querySets(owners: string): string {
  const methods =
    'all annotate defer distinct exclude filter none only order_by prefetch_related reverse select_for_update select_related using values values_list';
  return owners
    .split(' ')
    .flatMap((owner) => methods.split(' ').map((method) => `${owner}.${method}`))
    .join(' ');
}

/** Functions and methods, by the class of what they give. */
const GIVEN_BY: Readonly<Record<string, string>> = {
  'requests.Session': 'requests.session requests.sessions.session',
  'psycopg.Connection': 'psycopg.connect psycopg.Connection.connect',
  'psycopg.Cursor': 'psycopg.Connection.cursor psycopg.Connection.execute',
  'psycopg2.extensions.connection': 'psycopg2.connect',
  'psycopg2.extensions.cursor': 'psycopg2.extensions.connection.cursor',
  'pymysql.connections.Connection':
    'pymysql.connect pymysql.Connect pymysql.Connection pymysql.connections.Connection',
  'pymysql.cursors.Cursor':
    'pymysql.connections.Connection.cursor pymysql.connections.Connection.__enter__',
  'MySQLdb.connections.Connection': 'MySQLdb.connect MySQLdb.Connect MySQLdb.Connection',
  'MySQLdb.cursors.Cursor': 'MySQLdb.connections.Connection.cursor',
  'mysql.connector.MySQLConnection': 'mysql.connector.connect',
  'mysql.connector.cursor.MySQLCursor': 'mysql.connector.MySQLConnection.cursor',
  'redis.Redis':
    'redis.from_url redis.Redis.from_url redis.StrictRedis redis.client.Redis redis.StrictRedis.from_url',
  'redis.client.Pipeline': 'redis.Redis.pipeline',
  'redis.client.PubSub': 'redis.Redis.pubsub',
  'pymongo.MongoClient': 'pymongo.mongo_client.MongoClient',
  'pymongo.database.Database':
    'pymongo.MongoClient.get_database pymongo.MongoClient.get_default_database pymongo.MongoClient.__getitem__',
  'pymongo.collection.Collection':
    'pymongo.database.Database.get_collection pymongo.database.Database.__getitem__',
  'sqlalchemy.engine.Engine': 'sqlalchemy.create_engine sqlalchemy.engine.create_engine',
  'sqlalchemy.engine.Connection': 'sqlalchemy.engine.Engine.connect sqlalchemy.engine.Engine.begin',
  'sqlalchemy.orm.sessionmaker': 'sqlalchemy.orm.sessionmaker sqlalchemy.orm.session.sessionmaker',
  'sqlalchemy.orm.Session':
    'sqlalchemy.orm.sessionmaker.__call__ sqlalchemy.orm.sessionmaker.begin sqlalchemy.orm.session.Session',
  'django.db.models.QuerySet': querySets(
    'django.db.models.Model.objects django.db.models.QuerySet',
  ),
  'boto3.session.Session': 'boto3.Session',
  'botocore.client.BaseClient': 'boto3.client boto3.session.Session.client boto3.Session.client',
  'boto3.resources.base.ServiceResource':
    'boto3.resource boto3.session.Session.resource boto3.Session.resource',
  'paramiko.SSHClient': 'paramiko.client.SSHClient',
  'paramiko.SFTPClient': 'paramiko.SSHClient.open_sftp paramiko.SFTPClient.from_transport',
  'urllib3.PoolManager': 'urllib3.poolmanager.PoolManager',
  'urllib3.HTTPConnectionPool': 'urllib3.connectionpool.HTTPConnectionPool',
  'PIL.Image.Image': 'PIL.Image.open PIL.Image.new',
  'pandas.DataFrame':
    'pandas.read_csv pandas.read_excel pandas.read_json pandas.read_parquet pandas.read_sql pandas.read_table pandas.read_pickle pandas.read_feather pandas.read_sql_query pandas.read_sql_table pandas.concat pandas.merge',
};

const GIVES: ReadonlyMap<string, string> = new Map(
  Object.entries(GIVEN_BY).flatMap(([cls, callees]) =>
    callees.split(' ').map((callee) => [callee, cls] as const),
  ),
);
