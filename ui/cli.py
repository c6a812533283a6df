"""The command line: `roughcut`. Every command is here; what they print is in `ui.console`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.cli_eval import eval_app
from ui.cli_ideas import ideas_app
from ui.cli_know import know_app
from ui.cli_look import look_app
from ui.cli_preferences import preferences_app
from ui.cli_timeline import timeline_app
from ui.cli_versions import versions_app
from ui.cli_why import why_app
from ui.console import Json, ProjectDir, door

app = typer.Typer(
    name="roughcut",
    help="An assistant editor that has watched every second of your footage.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(know_app)
app.add_typer(why_app)
app.add_typer(ideas_app)
app.add_typer(versions_app)
app.add_typer(preferences_app)
app.add_typer(timeline_app, name="timeline")
app.add_typer(look_app, name="look")
app.add_typer(eval_app, name="eval")


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="Where the project will live.")],
    as_json: Json = False,
) -> None:
    """Make a new, empty project."""
    from project.store import Project

    with door(as_json=as_json) as way:
        Project.create(folder).close()
        way.answer({"project": folder.resolve()})
        if not as_json:
            way.say(f"A new project is in {folder}.", "green")
            way.say(f"Next: roughcut ingest YOUR_FOOTAGE --project {folder}", "dim")


@app.command()
def ingest(
    folders: Annotated[list[Path], typer.Argument(help="Folders (or files) of footage.")],
    project: ProjectDir = None,
    workers: Annotated[int | None, typer.Option(help="Worker processes.", min=1)] = None,
    engine: Annotated[str | None, typer.Option(help="local, or ray for a cluster.")] = None,
    address: Annotated[
        str | None, typer.Option(help="The Ray cluster: HOST:PORT, or ray://HOST:PORT.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Watch and listen to footage, so that it can be searched and cut."""
    from ui.cli_footage import run_ingest

    with door(as_json=as_json) as way:
        run_ingest(way, folders, project, workers, engine=engine, address=address)


@app.command()
def search(
    words: Annotated[str, typer.Argument(help="What you are looking for.")] = "",
    like: Annotated[str, typer.Option(help="NAME@SECONDS: more like this moment.")] = "",
    project: ProjectDir = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 10,
    orientation: Annotated[str | None, typer.Option(help="portrait, landscape or square")] = None,
    light: Annotated[str | None, typer.Option(help="dark or bright")] = None,
    motion: Annotated[str | None, typer.Option(help="still or moving")] = None,
    sound: Annotated[bool | None, typer.Option("--sound/--no-sound")] = None,
    speech: Annotated[bool | None, typer.Option("--speech/--no-speech")] = None,
    faces: Annotated[bool | None, typer.Option("--faces/--no-faces")] = None,
    picture: Annotated[bool | None, typer.Option("--picture/--no-picture")] = None,
    used: Annotated[bool | None, typer.Option("--used/--unused")] = None,
    min_length: Annotated[float | None, typer.Option(help="Shortest footage, seconds.")] = None,
    max_length: Annotated[float | None, typer.Option(help="Longest footage, seconds.")] = None,
    within: Annotated[list[str] | None, typer.Option(help="Only in this footage.")] = None,
    as_json: Json = False,
) -> None:
    """Find moments by what they show, say, look and sound like."""
    from ui.cli_footage import run_search

    filters = {
        "orientation": orientation, "light": light, "motion": motion, "has_sound": sound,
        "has_speech": speech, "has_faces": faces, "has_picture": picture, "used": used,
        "min_length_s": min_length, "max_length_s": max_length,
    }  # fmt: skip
    with door(as_json=as_json) as way:
        run_search(way, words, project, limit, filters, like=like, within=within or ())


@app.command()
def overview(
    topic: Annotated[str, typer.Argument(help="Words of a topic, to see what is in it.")] = "",
    project: ProjectDir = None,
    as_json: Json = False,
) -> None:
    """What the footage holds, by topic."""
    from ui.cli_footage import run_read_tool

    with door(as_json=as_json) as way:
        run_read_tool(way, "overview", {"topic": topic}, project)


@app.command()
def plan(
    goal: Annotated[str, typer.Argument(help="What the film should be.")],
    project: ProjectDir = None,
    as_json: Json = False,
) -> None:
    """The steps a goal would take. Nothing is done."""
    from ui.cli_make import run_plan

    with door(as_json=as_json) as way:
        run_plan(way, goal, project)


@app.command()
def make(
    goal: Annotated[
        str, typer.Argument(help="What the film should be; nothing to go on with an open plan.")
    ] = "",
    script: Annotated[
        Path | None,
        typer.Option(help="A script to cut: its lines are what to show, in order. - is input."),
    ] = None,
    alternatives: Annotated[
        int | None, typer.Option(help="Compare this many versions before the cut.", min=2, max=5)
    ] = None,
    take: Annotated[
        int | None, typer.Option(help="With --alternatives: the version to propose.", min=1, max=5)
    ] = None,
    project: ProjectDir = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Approve edits and slow steps; never paid ones.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Render the cut to this file.")] = None,
    as_json: Json = False,
) -> None:
    """Turn a goal into a cut, one approved step at a time."""
    from ui.cli_make import run_make
    from ui.cli_plans import run_script, run_versions

    with door(as_json=as_json) as way:
        if script is not None and alternatives is not None:
            way.fail("a script is cut in its own order; take --script or --alternatives", code=2)
        if take is not None and alternatives is None:
            way.fail("--take says which of several versions: add --alternatives 3", code=2)
        if alternatives is not None:
            run_versions(way, goal, project, (alternatives, take), yes=yes, out=out)
        elif script is not None:
            run_script(way, script, goal, project, yes=yes, out=out)
        else:
            run_make(way, goal, project, yes=yes, out=out)


@app.command()
def render(
    project: ProjectDir = None,
    out: Annotated[Path, typer.Option(help="The film to write.")] = Path("rough-cut.mp4"),
    as_json: Json = False,
) -> None:
    """Render the timeline to a film."""
    from ui.cli_out import run_render

    with door(as_json=as_json) as way:
        run_render(way, project, out)


@app.command()
def export(
    to: Annotated[str, typer.Option("--to", help="otio, fcpxml, edl or srt")],
    project: ProjectDir = None,
    out: Annotated[Path | None, typer.Option(help="The file to write.")] = None,
    as_json: Json = False,
) -> None:
    """Write the timeline for another editor."""
    from ui.cli_out import run_export

    with door(as_json=as_json) as way:
        run_export(way, project, to, out)


@app.command()
def generate(
    prompt: Annotated[str, typer.Argument(help="The shot, in words.")] = "",
    backend: Annotated[str, typer.Option(help="auto, or a backend's name")] = "auto",
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1)] = 0,
    image: Annotated[Path | None, typer.Option(help="A picture to start from.")] = None,
    last_image: Annotated[Path | None, typer.Option(help="A picture to end on.")] = None,
    start: Annotated[
        Path | None, typer.Option("--from", help="A clip to go on from; starts with its end.")
    ] = None,
    end: Annotated[
        Path | None, typer.Option("--to", help="A clip to lead into; ends with its beginning.")
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="SECONDS=PICTURE to show then; may be repeated.")
    ] = None,
    mask: Annotated[
        Path | None, typer.Option(help="White where the picture or clip given is kept.")
    ] = None,
    strength: Annotated[
        float, typer.Option(help="Below 1: restyle the picture or clip given.", min=0.01, max=1)
    ] = 1.0,
    boxes: Annotated[
        list[str] | None, typer.Option(help="WORDS:LEFT,TOP,RIGHT,BOTTOM[@SECONDS], 0 to 1.")
    ] = None,
    loop: Annotated[bool, typer.Option("--loop", help="End where it starts.")] = False,
    duration: Annotated[
        float | None,
        typer.Option(
            help="Seconds; 4, or those of a clip that is kept in part.", min=0.001, max=600
        ),
    ] = None,
    size: Annotated[str, typer.Option(help="Width x height.")] = "1280x720",
    rate: Annotated[str, typer.Option(help="Frames per second, such as 25 or 30000/1001.")] = "25",
    steps: Annotated[int, typer.Option(min=1, max=200)] = 16,
    guidance: Annotated[float, typer.Option(min=0, max=30)] = 4.0,
    sampler: Annotated[str, typer.Option(help="euler or heun")] = "euler",
    negative: Annotated[str, typer.Option(help="What should not be there.")] = "",
    look: Annotated[
        Path | None, typer.Option(help="A learned look: PROJECT/looks/NAME.safetensors.")
    ] = None,
    out: Annotated[
        Path, typer.Option(help="The clip to write, or a .png or .jpg for one still.")
    ] = Path("generated.mp4"),
    force: Annotated[bool, typer.Option("--force", help="Write over a file at --out.")] = False,
    as_json: Json = False,
) -> None:
    """Make a shot that the footage does not hold: from words, pictures, or clips."""
    from ui.cli_generate import Wish, run_generate
    from ui.cli_given import Given

    given = Given(
        image, last_image, start, end, tuple(key or ()), mask, strength, tuple(boxes or ())
    )
    wish = Wish(
        prompt, negative, duration, size, rate, seed, steps, guidance, sampler, loop=loop,
        given=given,
    )  # fmt: skip
    with door(as_json=as_json) as way:
        run_generate(way, wish, backend, out, force=force, look=look)


@app.command()
def ui(
    project: ProjectDir = None,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 7860,
    browser: Annotated[bool, typer.Option("--browser/--no-browser")] = True,
    password: Annotated[
        str | None,
        typer.Option(envvar="ROUGHCUT_PASSWORD", help="Needed when others may connect."),
    ] = None,
    mcp: Annotated[
        bool, typer.Option("--mcp", help="Let programs on this machine read and propose.")
    ] = False,
) -> None:
    """Open the browser app."""
    with door(as_json=False) as way:
        if host not in ("127.0.0.1", "localhost", "::1") and not password:
            way.fail("others could reach this address: set a password with --password", code=2)
        from ui.server import serve

        serve(project, host=host, port=port, open_browser=browser, password=password, mcp=mcp)


@app.command()
def mcp(project: ProjectDir = None) -> None:
    """Let other programs read and propose over MCP (standard input and output); you approve."""
    with door(as_json=False) as way:
        from ui.console import open_project

        open_project(way, project, write=False).close()
        from ui.mcp_server import serve

        serve(project or Path.cwd())


@app.command()
def doctor(
    project: ProjectDir = None,
    as_json: Json = False,
) -> None:
    """What is installed, which stronger models are reachable, and what each needs."""
    from ui.doctor import run_doctor

    with door(as_json=as_json) as way:
        run_doctor(way, project)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where everything goes.")] = Path("demo"),
    as_json: Json = False,
) -> None:
    """Shoot a sample library, then cut a film from it, every step approved and explained."""
    from ui.demo import run_demo

    with door(as_json=as_json) as way:
        run_demo(way, folder)


def main() -> None:
    """Entry of the `roughcut` command."""
    import signal

    from ui.ending import ends_with_its_code

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)  # so that children end and files are tidied away
    with ends_with_its_code():
        _run()


def _run() -> None:
    """The command; wrong use too answers in JSON where that was asked for."""
    import json
    import sys

    if "--json" not in sys.argv:
        app()
    from typer.main import get_command

    try:
        code = get_command(app).main(standalone_mode=False)
    except Exception as error:  # wrong use has no public class in every typer; told by its method
        if not hasattr(error, "format_message"):
            raise
        sys.stdout.write(json.dumps({"error": error.format_message()}) + "\n")
        code = getattr(error, "exit_code", 2)
    sys.exit(code if isinstance(code, int) else 0)
