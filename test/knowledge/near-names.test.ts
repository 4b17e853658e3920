import { describe, expect, it } from 'vitest';
import { mayBeMisspelt, nearestName, publicNames } from '../../server/src/knowledge/near-names.ts';

describe('the names of an owner', () => {
  it('are those that the version has, inherited ones too, private ones left out', () => {
    expect(publicNames('asyncio', [3, 11])).toContain('TaskGroup');
    expect(publicNames('asyncio', [3, 10])).not.toContain('TaskGroup');
    const task = publicNames('_asyncio.Task', [3, 11]);
    expect(task).toEqual(expect.arrayContaining(['cancel', 'get_name', 'result', 'uncancel']));
    expect(task.filter((name) => name.startsWith('_'))).toEqual([]);
    expect(publicNames('asyncio.sleep', [3, 11])).toEqual([]);
    expect(publicNames('nothing.at.all', [3, 11])).toEqual([]);
  });
});

describe('the nearest name', () => {
  const names = ['create_task', 'TaskGroup', 'get', 'get_nowait', 'wait', 'wait_for'];

  it.each([
    ['create_taks', 'create_task'],
    ['createTask', 'create_task'],
    ['taskgroup', 'TaskGroup'],
    ['get_no_wait', 'get_nowait'],
    ['wait_fro', 'wait_for'],
    ['weit', 'wait'],
  ])('%s is %s', (written, meant) => {
    expect(nearestName(written, names)).toBe(meant);
  });

  it.each(['gte', 'launch', 'xreate_task', 'create', ''])('%s is none', (written) => {
    expect(nearestName(written, names)).toBeUndefined();
  });

  it('is none when two are as near', () => {
    expect(nearestName('wait_x', ['wait_a', 'wait_b'])).toBeUndefined();
    expect(nearestName('wait_x', ['wait_a', 'wait_b', 'wait_xx'])).toBeUndefined();
    expect(nearestName('wait_x', ['wait_a', 'wait_b', 'waitx'])).toBe('waitx');
  });
});

describe('a name', () => {
  it.each([
    ['create_taks', [3, 11], true],
    ['create_task', [3, 11], false],
    ['uncancel', [3, 10], true],
    ['uncancel', [3, 11], false],
    ['proprietaire', [3, 11], false],
  ] as const)('%s in %j', (name, at, answer) => {
    expect(mayBeMisspelt(name, at)).toBe(answer);
  });
});
