"""A strict reader of calendar objects, written from RFC 5545 alone: knows nothing of how ours are made."""

import re

LINE = re.compile(r"(?P<name>[A-Z0-9-]+)(?P<params>(?:;[A-Z0-9-]+=(?:\"[^\"]*\"|[^\";:,]*))*):(?P<value>.*)", re.DOTALL)
PARAM = re.compile(r";([A-Z0-9-]+)=(\"[^\"]*\"|[^\";:,]*)")
UNESCAPE = {"n": "\n", "N": "\n", ",": ",", ";": ";", "\\": "\\"}


class Component:
    def __init__(self, name):
        self.name, self.properties, self.children = name, [], []

    def all(self, name):
        return [(params, value) for key, params, value in self.properties if key == name]

    def one(self, name):
        found = self.all(name)
        assert len(found) == 1, f"{len(found)} of {name}"
        return found[0]

    def text(self, name):
        value = self.one(name)[1]
        assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), f"unescaped sign in {name}"
        return re.sub(r"\\(.)", lambda match: UNESCAPE[match[1]], value)

    def names(self):
        return [key for key, _params, _value in self.properties]


def read(raw: bytes) -> Component:
    assert raw.endswith(b"\r\n")
    assert b"\r\n\r\n" not in raw
    physical = raw.split(b"\r\n")[:-1]
    for line in physical:
        assert b"\r" not in line
        assert b"\n" not in line
        assert len(line) <= 75, line
        line.decode("utf-8")  # a fold never splits a sign
    logical = []
    for line in physical:
        if line.startswith(b" "):
            logical[-1] += line[1:]
        else:
            logical.append(line)
    root = Component("root")
    stack = [root]
    for line in logical:
        match = LINE.fullmatch(line.decode("utf-8"))
        assert match, line
        name, value = match["name"], match["value"]
        if name == "BEGIN":
            child = Component(value)
            stack[-1].children.append(child)
            stack.append(child)
        elif name == "END":
            assert stack.pop().name == value
        else:
            params = {key: text.strip('"') for key, text in PARAM.findall(match["params"])}
            stack[-1].properties.append((name, params, value))
    assert stack == [root]
    (calendar,) = root.children
    return calendar
