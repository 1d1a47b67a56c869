"""usage: with_python.py ADDRESS FOLDER — uses the client in FOLDER as a program would; a line of JSON for each check on standard output."""

import json
import socket
import sys
import threading
import types
import typing
import urllib.parse
from collections.abc import Callable

address, folder = sys.argv[1:]
sys.path.insert(0, folder)
import cineloom_client as cineloom  # noqa: E402  (it has just been made)


def conforms(value: object, hint: object, place: str = "answer") -> None:
    """Says where a value is not of the type that the client promised."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is typing.Any:
        return
    if origin in (typing.Union, types.UnionType):
        mistakes = []
        for one in arguments:
            try:
                return conforms(value, one, place)
            except AssertionError as mistake:
                mistakes.append(str(mistake))
        raise AssertionError("; ".join(mistakes))
    if origin is typing.Literal:
        assert value in arguments, f"{place}: {value!r} is none of {arguments}"
    elif origin is list:
        assert isinstance(value, list), f"{place}: {value!r} is no list"
        for index, one in enumerate(value):
            conforms(one, arguments[0], f"{place}[{index}]")
    elif origin is dict:
        assert isinstance(value, dict), f"{place}: {value!r} is no table"
        for key, one in value.items():
            conforms(one, arguments[1], f"{place}.{key}")
    elif typing.is_typeddict(hint):
        assert isinstance(value, dict), f"{place}: {value!r} is no table"
        fields = typing.get_type_hints(hint)
        missing = hint.__required_keys__ - value.keys()
        # Under postponed annotations every key counts as required until what NotRequired says is looked at.
        optional = {key for key, said in typing.get_type_hints(hint, include_extras=True).items() if typing.get_origin(said) is typing.NotRequired}
        assert not missing - optional, f"{place}: without {sorted(missing - optional)}"
        assert not value.keys() - fields.keys(), f"{place}: the specification does not know {sorted(value.keys() - fields.keys())}"
        for key, one in value.items():
            conforms(one, fields[key], f"{place}.{key}")
    elif hint is float:
        assert isinstance(value, (int, float)) and not isinstance(value, bool), f"{place}: {value!r} is no number"
    else:
        assert type(value) is (hint or type(None)), f"{place}: {value!r} is no {hint}"


def check(name: str, work: Callable[[], None]) -> None:
    try:
        work()
        print(json.dumps({"name": name}))
    except Exception as error:  # whatever goes wrong is this check's result
        print(json.dumps({"name": name, "error": f"{type(error).__name__}: {error}"}))


client = cineloom.Cineloom(address)


def promised(method: Callable[..., object]) -> object:
    return typing.get_type_hints(method)["return"]


def reads_what_needs_no_more() -> None:
    """Every operation that only reads and can be asked with nothing more than what the library has."""
    viewer = client.list_viewers()["viewers"][0]["id"]
    film = client.list_films(analyzed=True)["films"][0]["id"]
    known = {"viewer": viewer, "film": film}
    asked = 0
    for method in (getattr(client, name) for name in vars(cineloom.Cineloom) if name.startswith(("get_", "list_", "is_"))):
        hints = typing.get_type_hints(method)
        needed = [name for name in method.__code__.co_varnames[1 : method.__code__.co_argcount]]
        if not set(needed) <= known.keys() or typing.get_origin(hints["return"]) is None and hints["return"] in (bytes, str):
            continue
        try:
            answer = method(**{name: known[name] for name in needed})
        except cineloom.CineloomError as problem:
            assert problem.status in (400, 401, 403, 404, 409), f"{method.__name__}: {problem}"  # what there is not, or needs an account
            continue
        conforms(answer, hints["return"], method.__name__)
        asked += 1
    assert asked >= 20, f"only {asked} operations could be asked"


def a_viewer_comes_rates_and_is_recommended_films() -> None:
    viewer = client.add_viewer({"name": "Python"})
    conforms(viewer, promised(client.add_viewer))
    film = client.list_films(query="Tampopo", limit=5)["films"][0]
    receipt = client.add_event(viewer["id"], {"film": film["id"], "kind": "rate", "value": 5})
    conforms(receipt, promised(client.add_event))
    picks = client.recommend(viewer["id"], minutes=150, count=4, genre="comedy")
    conforms(picks, promised(client.recommend))
    assert len(picks["picks"]) == 4 and all(one["film"]["runtime_minutes"] <= 150 for one in picks["picks"])
    told = client.list_events(viewer["id"])
    conforms(told, promised(client.list_events))
    assert [one["film"] for one in told["events"] if one["kind"] == "rate"] == [film["id"]]


def texts_and_bytes_come_as_they_are() -> None:
    film = client.list_films(analyzed=True)["films"][0]["id"]
    page = client.get_audience_report(film)
    assert page.startswith("<!doctype html") and "</html>" in page
    story = client.write_story({"arc": "man_in_a_hole", "decisions": 1, "seed": 3})
    conforms(story, promised(client.write_story))
    assert client.export_story(story["id"], format="epub")[:2] == b"PK"
    assert client.get_story(story["id"])["title"] == story["title"]


def a_stream_is_read_while_it_comes() -> None:
    seen = []
    for event in client.write_story_stream({"arc": "rags_to_riches", "decisions": 1, "seed": 4}):
        seen.append(event.event)
        if event.event == "story":
            conforms(event.data, promised(client.write_story))
    assert seen[-1] == "story", seen


def drops_the_first_answer(listener: socket.socket) -> None:
    """Passes two requests on; of the first the server's answer is lost."""
    server = urllib.parse.urlsplit(address)
    for is_lost in (True, False):
        asker, _ = listener.accept()
        with asker, socket.create_connection((server.hostname, server.port)) as passed_on:
            asked = asker.recv(65536)
            while not asked.endswith(b"}"):  # the end of the body, which is JSON
                asked += asker.recv(65536)
            passed_on.sendall(asked.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
            answer = b"".join(iter(lambda: passed_on.recv(65536), b""))
            if not is_lost:
                asker.sendall(answer)


def what_is_sent_again_is_done_once() -> None:
    before = len(client.list_stories()["stories"])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dropping = threading.Thread(target=drops_the_first_answer, args=[listener])
        dropping.start()
        # The server answers to its own name only; what passes things on has another port.
        through = cineloom.Cineloom(address)
        through._port = listener.getsockname()[1]
        sent = through._send
        through._send = lambda method, target, body, headers: sent(method, target, body, {**headers, "Host": urllib.parse.urlsplit(address).netloc})
        story = through.write_story({"arc": "icarus", "decisions": 1, "seed": 5})
        dropping.join()
    stories = [one["id"] for one in client.list_stories()["stories"]]
    assert story["id"] in stories and len(stories) == before + 1, f"{before} stories before, {len(stories)} after"


def a_refusal_says_the_next_step() -> None:
    try:
        client.get_film("999999999")
    except cineloom.CineloomError as problem:
        assert problem.status == 404 and problem.title and problem.next_step, problem.document
    else:
        raise AssertionError("a film that there is not was found")


check("Python: all that can be read is of the promised types", reads_what_needs_no_more)
check("Python: a viewer comes, rates and is recommended films", a_viewer_comes_rates_and_is_recommended_films)
check("Python: texts and bytes come as they are", texts_and_bytes_come_as_they_are)
check("Python: a stream is read while it comes", a_stream_is_read_while_it_comes)
check("Python: what is sent again because its answer was lost is done once", what_is_sent_again_is_done_once)
check("Python: a refusal says the next step", a_refusal_says_the_next_step)
