"""Types as the generator handles them: tuples that begin with a kind, listed below."""

from __future__ import annotations

# ("ref", name, args) ("union", members) ("var", name, bound) ("callable", returned) ("rest", of)
ANY, NONE, NEVER = ("any",), ("none",), ("never",)


def ref(name: str, *args):
    return ("ref", name, args)


def union(*types):
    members = []
    for member in types:
        for part in member[1] if member[0] == "union" else [member]:
            if part not in members:
                members.append(part)
    return members[0] if len(members) == 1 else ("union", tuple(members))


def variables_in(type) -> list:
    match type:
        case ("var", "Self", _):
            return []
        case ("var", _, _):
            return [type]
        case ("union", parts) | ("ref", _, parts):
            return [variable for part in parts for variable in variables_in(part)]
        case ("callable", part) | ("rest", part):
            return variables_in(part)
    return []


def variables_of(type) -> list[str]:
    return list(dict.fromkeys(variable[1] for variable in variables_in(type)))


def substitute(type, values: dict, keep: bool = False):
    """Puts values in the place of type variables, and Any in the place of the others unless kept."""
    match type:
        case ("var", name, _):
            return values.get(name, type if keep or name == "Self" else ANY)
        case ("union", parts):
            return union(*(substitute(part, values, keep) for part in parts))
        case ("ref", name, parts):
            return ref(name, *(substitute(part, values, keep) for part in parts))
        case ("callable" | "rest" as kind, part):
            return (kind, substitute(part, values, keep))
    return type


def without_bounds(type):
    return substitute(type, {name: ("var", name, None) for name in variables_of(type)}, keep=True)


def show(type) -> str:
    match type:
        case ("any",):
            return "?"
        case ("none",):
            return "None"
        case ("never",):
            return "!"
        case ("ref", name, arguments):
            name = name.removeprefix("builtins.")
            return name + (f"[{','.join(map(show, arguments))}]" if arguments else "")
        case ("union", members):
            return "|".join(map(show, members))
        case ("var", name, bound):
            return f"~{name}" + (f"<{show(bound)}>" if bound and bound != ANY else "")
        case ("callable", returned):
            return f"Callable[{show(returned)}]"
        case ("rest", of):
            return f"*{show(of)}"
    raise ValueError(type)
