"""Reads typeshed's stubs and tells what each says for one version of Python."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

from stub_types import ANY, NEVER, NONE, ref, show, substitute, union, variables_in, variables_of, without_bounds

PLATFORMS = ("linux", "darwin", "win32")  # from the preferred to the last one, where they differ
SKIPPED_PACKAGES = ("lib2to3",)

TYPING = ("typing", "typing_extensions")
BUILTIN_TWINS = {  # what typing declares as opaque aliases
    "List": "builtins.list",
    "Dict": "builtins.dict",
    "Set": "builtins.set",
    "FrozenSet": "builtins.frozenset",
    "Tuple": "builtins.tuple",
    "Type": "builtins.type",
    "DefaultDict": "collections.defaultdict",
    "OrderedDict": "collections.OrderedDict",
    "Counter": "collections.Counter",
    "ChainMap": "collections.ChainMap",
    "Deque": "collections.deque",
}
TRANSPARENT_FORMS = ("Final", "ClassVar", "Required", "NotRequired", "ReadOnly")
TYPE_VARIABLES = ("TypeVar", "ParamSpec", "TypeVarTuple")

PROPERTIES = (
    "builtins.property",
    "enum.property",
    "types.DynamicClassAttribute",
    "functools.cached_property",
    "abc.abstractproperty",
)
METHOD_DECORATORS = ("builtins.staticmethod", "builtins.classmethod", "abc.abstractmethod")
IGNORED_DECORATORS = (
    "typing.overload",
    "typing.final",
    "typing.type_check_only",
    "typing.runtime_checkable",
    "typing.override",
    "typing.disjoint_base",
    "typing_extensions.disjoint_base",
    "typing.dataclass_transform",
    "typing_extensions.override",
    "dataclasses.dataclass",
)
CONTEXT_MANAGERS = {
    "contextlib.contextmanager": "contextlib._GeneratorContextManager",
    "contextlib.asynccontextmanager": "contextlib._AsyncGeneratorContextManager",
}


@dataclass(frozen=True)
class Stub:
    name: str
    is_package: bool
    tree: ast.Module
    lifetime: str  # "3.4-" or "3.4-3.11", both ends included, as in VERSIONS


def read_stubs(directory: Path) -> dict[str, Stub]:
    lifetimes = {}
    for line in (directory / "VERSIONS").read_text(encoding="utf-8").splitlines():
        if line := line.partition("#")[0].strip():
            module, _, lifetime = line.partition(":")
            lifetimes[module] = lifetime.strip()
    stubs = {}
    for path in sorted(directory.rglob("*.pyi")):
        parts = path.relative_to(directory).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        if parts[0] not in SKIPPED_PACKAGES:
            ancestor = name
            while ancestor not in lifetimes:
                ancestor = ancestor.rpartition(".")[0]
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
            stubs[name] = Stub(name, is_package, tree, lifetimes[ancestor])
    return dict(sorted(stubs.items()))


def versions_told_apart(stubs: dict[str, Stub]) -> list[tuple[int, int]]:
    """From the one before the first version mentioned in a condition to the last one mentioned."""
    minors = {
        test.comparators[0].elts[1].value
        for stub in stubs.values()
        for test in ast.walk(stub.tree)
        if isinstance(test, ast.Compare) and ast.unparse(test.left) == "sys.version_info"
    }
    return [(3, minor) for minor in range(min(minors) - 1, max(minors) + 1)]


def parse_version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")
    return int(major), int(minor)


@dataclass
class Symbol:
    """A name bound by a stub. `nodes` are several for overloads."""

    kind: str  # module, import, function, class, variable (annotated), assignment
    name: str
    qualified: str
    scope: Scope | None
    nodes: list[ast.AST] = field(default_factory=list)
    target: tuple[str, str] | None = None  # of an import: module, name in it
    exported: bool = True
    body: Scope | None = None  # of a class or a module


@dataclass
class Scope:
    qualified: str
    stub: Stub
    module: Scope | None = None  # for a class, the scope around it
    owner: Symbol | None = None  # the class of a class scope
    symbols: dict[str, Symbol] = field(default_factory=dict)
    all_names: list[str] | None = None

    @property
    def is_class(self) -> bool:
        return self.module is not None


class Evaluation:
    def __init__(self, stubs: dict[str, Stub], version: tuple[int, int]):
        self.stubs = stubs
        self.version = version
        self.scopes: dict[str, Scope] = {}
        self.expanding: list[str] = []
        self.builtins = self.module("builtins")

    def tables(self) -> dict[str, dict]:
        """The facts of every module that exists in this version: module → name → fact."""
        return {name: self.facts(scope) for name in self.stubs if (scope := self.module(name))}

    def module(self, name: str) -> Scope | None:
        if name in self.scopes:
            return self.scopes[name]
        stub = self.stubs.get(name)
        if stub is None or not self.is_alive(stub):
            return None
        scope = self.scopes[name] = Scope(name, stub)
        self.bind(stub.tree.body, scope, scope.symbols, PLATFORMS)
        for exported in scope.all_names or ():
            if exported in scope.symbols:
                scope.symbols[exported].exported = True
        return scope

    def is_alive(self, stub: Stub) -> bool:
        first, _, last = stub.lifetime.partition("-")
        return parse_version(first) <= self.version and (not last or self.version <= parse_version(last))

    # Binding names

    def bind(self, body: list[ast.stmt], scope: Scope, into: dict[str, Symbol], platforms: tuple[str, ...]) -> None:
        for node in body:
            match node:
                case ast.If():
                    self.bind_branches(node, scope, into, platforms)
                case ast.Import(names=names):
                    for alias in names:
                        path = alias.name if alias.asname else alias.name.partition(".")[0]
                        exported = alias.asname == alias.name
                        self.add(scope, into, "import", alias.asname or path, target=(path, ""), exported=exported)
                case ast.ImportFrom():
                    self.bind_import_from(node, scope, into)
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self.bind_function(node, scope, into)
                case ast.ClassDef(name=name):
                    symbol = self.add(scope, into, "class", name, node)
                    symbol.body = Scope(symbol.qualified, scope.stub, scope.module or scope, symbol)
                    self.bind(node.body, symbol.body, symbol.body.symbols, platforms)
                case ast.AnnAssign(target=ast.Name(id=name)):
                    self.add(scope, into, "variable", name, node)
                case ast.Assign(targets=[ast.Name(id="__all__")], value=value) | ast.AugAssign(
                    target=ast.Name(id="__all__"), value=value
                ):
                    scope.all_names = [*(scope.all_names or ()), *ast.literal_eval(value)]
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        for name in ast.walk(target):
                            if isinstance(name, ast.Name):
                                self.add(scope, into, "assignment", name.id, value)
                case ast.Delete(targets=targets):
                    for target in targets:
                        into.pop(target.id, None)
                case ast.Expr(value=ast.Constant()) | ast.Pass():
                    pass
                case _:
                    raise NotImplementedError(f"{scope.qualified}:{node.lineno}: {ast.unparse(node)}")

    def add(self, scope: Scope, into: dict[str, Symbol], kind: str, name: str, *nodes: ast.AST, **more) -> Symbol:
        symbol = into[name] = Symbol(kind, name, f"{scope.qualified}.{name}", scope, list(nodes), **more)
        return symbol

    def bind_branches(self, node: ast.If, scope: Scope, into: dict[str, Symbol], platforms: tuple[str, ...]) -> None:
        taken = tuple(p for p in platforms if self.holds(node.test, p))
        others = tuple(p for p in platforms if p not in taken)
        if not others or not taken:
            self.bind(node.body if taken else node.orelse, scope, into, platforms)
            return
        branches = [(node.body, taken), (node.orelse, others)]
        branches.sort(key=lambda branch: platforms.index(branch[1][0]))
        bound: dict[str, Symbol] = {}
        for body, where in reversed(branches):
            branch: dict[str, Symbol] = {}
            self.bind(body, scope, branch, where)
            bound |= branch
        for name, symbol in bound.items():
            before = into.get(name)
            if before and before.kind == symbol.kind == "function" and is_overload(symbol.nodes[0]):
                before.nodes += symbol.nodes
            else:
                into[name] = symbol

    def holds(self, test: ast.expr, platform: str) -> bool:
        match test:
            case ast.BoolOp(op=ast.And(), values=values):
                return all(self.holds(value, platform) for value in values)
            case ast.BoolOp(op=ast.Or(), values=values):
                return any(self.holds(value, platform) for value in values)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                asked = ast.literal_eval(right)
                actual = {"sys.version_info": self.version, "sys.platform": platform}[ast.unparse(left)]
                match op:
                    case ast.GtE():
                        return actual >= asked
                    case ast.Lt():
                        return actual < asked
                    case ast.Eq():
                        return actual == asked
                    case ast.NotEq():
                        return actual != asked
        raise NotImplementedError(ast.unparse(test))

    def bind_import_from(self, node: ast.ImportFrom, scope: Scope, into: dict[str, Symbol]) -> None:
        package = scope.stub.name.split(".")
        if node.level:
            package = package[: len(package) + scope.stub.is_package - node.level]
            source = ".".join(package + ([node.module] if node.module else []))
        else:
            source = node.module
        for alias in node.names:
            if alias.name != "*":
                target, submodule = (source, alias.name), f"{source}.{alias.name}"
                if source == scope.qualified and submodule in self.stubs:
                    target = (submodule, "")
                exported = alias.asname == alias.name
                self.add(scope, into, "import", alias.asname or alias.name, target=target, exported=exported)
            elif origin := self.module(source):
                for name in public_names(origin):
                    self.add(scope, into, "import", name, target=(source, name))

    def bind_function(self, node: ast.FunctionDef, scope: Scope, into: dict[str, Symbol]) -> None:
        before = into.get(node.name)
        if any(isinstance(d, ast.Attribute) and d.attr in ("setter", "deleter") for d in node.decorator_list):
            return
        if before and before.kind == "function" and is_overload(node) and is_overload(before.nodes[0]):
            before.nodes.append(node)
        else:
            self.add(scope, into, "function", node.name, node)

    # Following names

    def lookup(self, name: str, scope: Scope, asking: Symbol | None = None) -> Symbol | None:
        for symbols in (scope.symbols, scope.module.symbols if scope.module else {}, self.builtins.symbols):
            if name in symbols and symbols[name] is not asking:  # `name = name` looks further out
                return symbols[name]
        return None

    def resolve(self, node: ast.expr, scope: Scope, asking: Symbol | None = None) -> Symbol | None:
        """The definition an expression names, imports and `a = b` followed."""
        match node:
            case ast.Name(id=name):
                return self.definition(self.lookup(name, scope, asking))
            case ast.Attribute(value=value, attr=name):
                return self.definition(self.attribute(self.resolve(value, scope), name))
        return None

    def definition(self, symbol: Symbol | None) -> Symbol | None:
        for _ in range(20):
            if symbol is None:
                return None
            if symbol.kind == "import":
                following = self.imported(*symbol.target)
            elif symbol.kind == "assignment" and isinstance(symbol.nodes[0], ast.Name | ast.Attribute):
                following = self.resolve(symbol.nodes[0], symbol.scope, symbol)
            elif symbol.kind == "variable" and is_bare(symbol.nodes[0], "Final", "TypeAlias"):
                following = self.resolve(symbol.nodes[0].value, symbol.scope, symbol)
            else:
                return symbol
            if following is None:
                return None if symbol.kind == "import" else symbol
            symbol = following
        return symbol

    def imported(self, source: str, name: str) -> Symbol | None:
        module = self.module(source)
        if module is None:
            return None
        if not name:
            return Symbol("module", source, source, None, body=module)
        return module.symbols.get(name) or self.imported(f"{source}.{name}", "")

    def attribute(self, owner: Symbol | None, name: str) -> Symbol | None:
        if owner is None:
            return None
        if owner.kind == "module":
            return self.imported(owner.qualified, name)
        if owner.kind == "class":
            for ancestor in self.ancestry(owner):
                if name in ancestor.body.symbols:
                    return ancestor.body.symbols[name]
        if owner.kind == "variable":
            return self.attribute(self.resolve(owner.nodes[0].annotation, owner.scope), name)
        return None

    def ancestry(self, symbol: Symbol, seen: tuple[Symbol, ...] = ()) -> list[Symbol]:
        """The class and its bases, depth first: near enough to Python's order to look up a name."""
        found = [symbol]
        for base in symbol.nodes[0].bases:
            parent = self.resolve(base.value if isinstance(base, ast.Subscript) else base, symbol.scope)
            if parent and parent.kind == "class" and parent not in found and parent not in seen:
                found += self.ancestry(parent, (*seen, *found))
        return found

    # Types

    def type(self, node: ast.expr | None, scope: Scope):
        match node:
            case None:
                return ANY
            case ast.Constant(value=None):
                return NONE
            case ast.Constant(value=str(text)):
                return self.type(ast.parse(text, mode="eval").body, scope)
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                return union(self.type(left, scope), self.type(right, scope))
            case ast.Starred(value=value):
                return ("rest", self.type(value, scope))
            case ast.Subscript(value=value, slice=ast.Tuple(elts=arguments)):
                return self.generic(self.resolve(value, scope), arguments, scope)
            case ast.Subscript(value=value, slice=argument):
                return self.generic(self.resolve(value, scope), [argument], scope)
            case ast.Name() | ast.Attribute():
                return self.named(self.resolve(node, scope))
        return ANY

    def named(self, symbol: Symbol | None):
        if symbol is None:
            return ANY
        if form := special_form(symbol):
            match form:
                case "Self":
                    return ("var", "Self", None)
                case "LiteralString":
                    return ref("builtins.str")
                case "NoReturn" | "Never":
                    return NEVER
                case "Callable":
                    return ("callable", ANY)
                case _ if form in BUILTIN_TWINS:
                    return ref(BUILTIN_TWINS[form])
            return ANY
        if symbol.kind == "class":
            return ref(symbol.qualified)
        if kind := self.type_variable(symbol):
            return kind
        if aliased := aliased_type(symbol):
            return substitute(self.expand(symbol, aliased), {})
        return ANY

    def generic(self, symbol: Symbol | None, arguments: list[ast.expr], scope: Scope):
        if symbol is None:
            return ANY
        if form := special_form(symbol):
            return self.special(form, arguments, scope)
        types = [self.type(argument, scope) for argument in arguments if not is_ellipsis(argument)]
        if symbol.kind == "class":
            if symbol.qualified == "builtins.tuple" and arguments and is_ellipsis(arguments[-1]):
                types = [("rest", types[0])]
            return ref(symbol.qualified, *types)
        if aliased := aliased_type(symbol):
            expanded = self.expand(symbol, aliased)
            return substitute(expanded, dict(zip(variables_of(expanded), types)))
        return ANY

    def special(self, form: str, arguments: list[ast.expr], scope: Scope):
        first = arguments[0]
        match form:
            case "Optional":
                return union(self.type(first, scope), NONE)
            case "Union":
                return union(*(self.type(argument, scope) for argument in arguments))
            case "Annotated":
                return self.type(first, scope)
            case "Callable":
                return ("callable", self.type(arguments[-1], scope))
            case "Literal":
                return union(*(self.literal(argument, scope) for argument in arguments))
            case "TypeGuard" | "TypeIs":
                return ref("builtins.bool")
            case "Unpack":
                return ("rest", self.type(first, scope))
            case _ if form in TRANSPARENT_FORMS:
                return self.type(first, scope)
            case _ if form in BUILTIN_TWINS:
                if is_ellipsis(arguments[-1]):
                    return ref(BUILTIN_TWINS[form], ("rest", self.type(first, scope)))
                return ref(BUILTIN_TWINS[form], *(self.type(argument, scope) for argument in arguments))
            case "Protocol" | "Generic":
                return ref(f"typing.{form}")
        return ANY

    def literal(self, node: ast.expr, scope: Scope):
        match node:
            case ast.Attribute(value=enumeration):
                return self.type(enumeration, scope)
            case ast.Name():  # an alias of another Literal
                return self.type(node, scope)
        return self.inferred(node, scope)

    def inferred(self, node: ast.expr | None, scope: Scope):
        """The type of a value, as far as stubs need it."""
        match node:
            case ast.Constant(value=None):
                return NONE
            case ast.Constant(value=value) if value is not ...:
                return ref(f"builtins.{type(value).__name__}")
            case ast.UnaryOp(operand=operand):
                return self.inferred(operand, scope)
            case ast.Tuple() | ast.List() | ast.Dict() | ast.Set():
                return ref(f"builtins.{type(node).__name__.lower()}")
            case ast.Call(func=function):
                made = self.named(self.resolve(function, scope))
                return made if made[0] == "ref" else ANY
        return ANY

    def expand(self, symbol: Symbol, node: ast.expr):
        if symbol.qualified in self.expanding:  # a recursive alias
            return ANY
        self.expanding.append(symbol.qualified)
        try:
            return self.type(node, symbol.scope)
        finally:
            self.expanding.pop()

    def type_variable(self, symbol: Symbol):
        if symbol.kind != "assignment" or not isinstance(call := symbol.nodes[0], ast.Call):
            return None
        maker = self.resolve(call.func, symbol.scope)
        if maker is None or maker.name not in TYPE_VARIABLES:
            return None
        bounds = [keyword.value for keyword in call.keywords if keyword.arg == "bound"] or call.args[1:]
        bound = union(*(self.type(node, symbol.scope) for node in bounds)) if bounds else None
        return ("var", symbol.name, bound)

    # Facts: ("alias", target), ("text", text, deprecation) or ("class", heading, members, deprecation),
    # texts being in the notation of README.md.

    def facts(self, scope: Scope) -> dict:
        return {
            name: fact
            for name, symbol in scope.symbols.items()
            if (symbol.exported or scope.is_class) and (fact := self.fact(symbol))
        }

    def fact(self, symbol: Symbol):
        canonical = self.definition(symbol)
        if canonical is None:
            return None
        if symbol.scope.is_class and canonical.scope is symbol.scope:  # `assertEquals = assertEqual`
            symbol = canonical
        if canonical is not symbol:
            return ("alias", canonical.qualified)
        if twin := BUILTIN_TWINS.get(special_form(symbol)):
            return ("alias", twin)
        scope, node = symbol.scope, symbol.nodes[0]
        match symbol.kind:
            case "class":
                return ("class", self.heading(symbol), self.facts(symbol.body), self.deprecation([node], scope))
            case "function":
                return ("text", self.function(symbol), self.deprecation(symbol.nodes, scope))
        if self.type_variable(symbol):
            return ("text", ":typing.TypeVar", None)
        if aliased := aliased_type(symbol):
            if (expanded := self.expand(symbol, aliased)) != ANY:
                return ("text", f"#{show(expanded)}", None)
        return ("text", f":{show(self.variable(symbol))}", None)

    def variable(self, symbol: Symbol):
        scope, node = symbol.scope, symbol.nodes[0]
        if symbol.kind == "variable":
            if not is_bare(node, "Final"):
                return self.type(node.annotation, scope)
            node = node.value
        owner = scope.owner
        if owner and any(c.qualified == "enum.Enum" for c in self.ancestry(owner)) and not symbol.name.startswith("_"):
            return ref(owner.qualified)
        return self.inferred(node, scope)

    def heading(self, symbol: Symbol) -> dict:
        node, scope = symbol.nodes[0], symbol.scope
        bases = [self.base(base, scope) for base in node.bases]
        parameters = self.type_parameters(node, scope)
        metaclass = next((self.type(k.value, scope) for k in node.keywords if k.arg == "metaclass"), None)
        heading = {}
        if bases := [show(base) for base in bases if base]:
            heading["b"] = bases
        if parameters:
            heading["p"] = ",".join(map(show, parameters))
        if metaclass:
            heading["k"] = show(metaclass)
        return heading

    def base(self, node: ast.expr, scope: Scope):
        head = self.resolve(node.value if isinstance(node, ast.Subscript) else node, scope)
        form = special_form(head) if head else None
        if form in ("Protocol", "Generic", "TypedDict"):
            return None if form == "Generic" else ref(f"typing.{form}")
        return self.type(node, scope)

    def type_parameters(self, node: ast.ClassDef, scope: Scope) -> list:
        """In the order of `Generic[…]` or `Protocol[…]`, else of their appearance in the bases."""
        found: dict[str, tuple] = {}
        for base in node.bases:
            if isinstance(base, ast.Subscript):
                head = self.resolve(base.value, scope)
                arguments = base.slice.elts if isinstance(base.slice, ast.Tuple) else [base.slice]
                types = [self.type(argument, scope) for argument in arguments]
                variables = {v[1]: v for t in types for v in variables_in(t)}
                if head and special_form(head) in ("Generic", "Protocol"):
                    return list(variables.values())
                for name, variable in variables.items():
                    found.setdefault(name, variable)
        return list(found.values())

    def function(self, symbol: Symbol) -> str:
        """As `asb(parameters)returned(parameters)returned`, or `%type` for a property."""
        scope = symbol.scope
        decorators = [name for node in symbol.nodes for d in node.decorator_list if (name := self.decorator(d, scope))]
        if any(name in PROPERTIES for name in decorators):
            return f"%{show(self.signature(symbol.nodes[0], scope, True)[1])}"
        is_async = all(isinstance(node, ast.AsyncFunctionDef) for node in symbol.nodes)
        flags = "a" if is_async else "d"
        flags += "s" if "builtins.staticmethod" in decorators else ""
        flags += "c" if "builtins.classmethod" in decorators else ""
        flags += "b" if "abc.abstractmethod" in decorators else ""
        managers = [CONTEXT_MANAGERS[name] for name in decorators if name in CONTEXT_MANAGERS]
        signatures = []
        for node in symbol.nodes:
            parameters, returned = self.signature(node, scope, scope.is_class and "s" not in flags)
            if managers:
                returned = ref(managers[0], *returned[2][:1])
            if isinstance(node, ast.AsyncFunctionDef) and not is_async:  # one overload of others
                returned = ref("typing.Coroutine", ANY, ANY, returned)
            signatures.append(f"({parameters}){show(returned)}")
        return flags + "".join(dict.fromkeys(signatures))

    def decorator(self, node: ast.expr, scope: Scope) -> str | None:
        symbol = self.resolve(node.func if isinstance(node, ast.Call) else node, scope)
        name = symbol.qualified if symbol else ast.unparse(node)
        if name in IGNORED_DECORATORS or symbol and symbol.name == "deprecated":
            return None
        if name in PROPERTIES or name in METHOD_DECORATORS or name in CONTEXT_MANAGERS:
            return name
        raise NotImplementedError(f"@{name} in {scope.qualified}")

    def signature(self, node: ast.FunctionDef, scope: Scope, is_bound: bool) -> tuple[str, tuple]:
        """The parameters as text, `self` left out, and the returned type."""
        spec = node.args
        returned = self.type(node.returns, scope)
        solved = self.solved_by_arguments(node, scope, returned)
        positional = spec.posonlyargs + spec.args
        first_default = len(positional) - len(spec.defaults)
        shown = []
        for index, parameter in enumerate(positional):
            if not (is_bound and index == 0):
                shown.append(self.parameter(parameter, scope, solved, index >= first_default))
            if spec.posonlyargs and index == len(spec.posonlyargs) - 1 and shown:
                shown.append("/")
        if spec.vararg:
            shown.append("*" + self.parameter(spec.vararg, scope, solved))
        elif spec.kwonlyargs:
            shown.append("*")
        for parameter, default in zip(spec.kwonlyargs, spec.kw_defaults):
            shown.append(self.parameter(parameter, scope, solved, default is not None))
        if spec.kwarg:
            shown.append("**" + self.parameter(spec.kwarg, scope, solved))
        if is_bound and positional:
            receiver = self.type(positional[0].annotation, scope)
            if receiver[0] == "ref" and receiver[1] == "builtins.type" and receiver[2]:
                receiver = receiver[2][0]
            if receiver[0] == "var":
                returned = substitute(returned, {receiver[1]: ("var", "Self", None)}, keep=True)
        return ",".join(shown), returned

    def solved_by_arguments(self, node: ast.FunctionDef, scope: Scope, returned: tuple) -> set[str]:
        """The type variables that only the arguments tell: the function's own, or those of what it builds."""
        owned = set()
        if scope.is_class:
            owned = {v[1] for v in self.type_parameters(scope.owner.nodes[0], scope.owner.scope)}
        mentioned = set(variables_of(returned))
        return owned | mentioned if node.name in ("__init__", "__new__") else mentioned - owned

    def parameter(self, node: ast.arg, scope: Scope, solved: set[str], has_default: bool = False) -> str:
        type = self.type(node.annotation, scope)
        marks = "".join(sorted(set(self.expectations(type))))
        shown = node.arg.removeprefix("__") + (f":{marks}" if marks else "")
        if not solved.isdisjoint(variables_of(type)):
            shown += ("" if marks else ":") + f":{show(without_bounds(type))}"
        return shown + ("=" if has_default else "")

    def expectations(self, expected) -> str:
        """What may be handed over: `a` an awaitable, `f` a callable, `g` a callable giving an awaitable."""
        match expected:
            case ("union", members):
                return "".join(map(self.expectations, members))
            case ("var", _, bound) if bound:
                return self.expectations(bound)
            case ("callable", returned):
                return "g" if "a" in self.expectations(returned) else "f"
            case ("ref", name, _):
                symbol = self.imported(*split_module(name, self.stubs))
                if symbol and symbol.kind == "class" and name != "builtins.type":
                    names = {ancestor.qualified for ancestor in self.ancestry(symbol)}
                    if "typing.Awaitable" in names or "_asyncio.Future" in names:
                        return "a"
                    if is_protocol(symbol) and "__call__" in symbol.body.symbols:
                        return "f"
        return ""

    def deprecation(self, nodes: list[ast.AST], scope: Scope) -> str | None:
        """As `12-14` (deprecated since 3.12, removed in 3.14), each end possibly unsaid.

        A function is so when all its overloads are."""
        messages = []
        for node in nodes:
            calls = [d for d in node.decorator_list if isinstance(d, ast.Call)]
            found = [d for d in calls if (s := self.resolve(d.func, scope)) and s.name == "deprecated"]
            if not found:
                return None
            messages.append(ast.literal_eval(found[0].args[0]))
        since = re.search(r"[Dd]eprecated (?:since|in) (?:Python )?3\.(\d+)", messages[0])
        removed = re.search(r"remov\w+ in (?:Python )?3\.(\d+)", messages[0])
        return f"{since[1] if since else ''}-{removed[1] if removed else ''}"


def is_overload(node: ast.AST) -> bool:
    return any(ast.unparse(decorator).endswith("overload") for decorator in node.decorator_list)


def is_protocol(symbol: Symbol) -> bool:
    return any(ast.unparse(base).partition("[")[0].endswith("Protocol") for base in symbol.nodes[0].bases)


def is_bare(node: ast.AST | None, *forms: str) -> bool:
    """Whether a declaration is annotated by one such word alone: `x: Final = …`, `X: TypeAlias = …`."""
    return isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation).rpartition(".")[2] in forms


def is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def public_names(scope: Scope) -> list[str]:
    if scope.all_names is not None:
        return [name for name in scope.all_names if name in scope.symbols]
    return [name for name, symbol in scope.symbols.items() if symbol.exported and not name.startswith("_")]


def special_form(symbol: Symbol) -> str | None:
    """The name of what typing declares without saying what it is (`Union`, `List` …) and of `Any`."""
    if symbol.scope is None or symbol.scope.qualified not in TYPING:
        return None
    node = symbol.nodes[0]
    opaque = symbol.kind == "variable" and ast.unparse(node.annotation).endswith("_SpecialForm")
    opaque |= symbol.kind == "assignment" and ast.unparse(node) == "_Alias()"
    return symbol.name if opaque or symbol.name in ("Any", "Generic") else None


def aliased_type(symbol: Symbol) -> ast.expr | None:
    """What a type alias stands for, declared as one or not."""
    node = symbol.nodes[0] if symbol.nodes else None
    if symbol.kind == "variable" and is_bare(node, "TypeAlias"):
        return node.value
    if symbol.kind == "assignment" and isinstance(node, ast.Subscript | ast.BinOp):
        return node
    return None


def split_module(qualified: str, stubs: dict[str, Stub]) -> tuple[str, str]:
    """`asyncio.tasks.Task` → `asyncio.tasks`, `Task`."""
    module = qualified
    while module not in stubs:
        module = module.rpartition(".")[0]
    return module, qualified[len(module) + 1 :]
