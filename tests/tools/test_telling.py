"""Overview, ideas and search tell what is there, and cite it."""

from __future__ import annotations

from fractions import Fraction

from index.topics import topics
from project import footage as store
from project.store import Project
from tests.tools.conftest import Propose
from tools.registry import tools


def test_the_tools_are_a_closed_set_and_each_says_what_it_does() -> None:
    names = """
        overview ideas search contents storyboard alternatives trim arrange transcript tighten speed
        fill
        reframe look stabilise title music sound rhythm export
    """
    assert list(tools()) == names.split()
    for name, tool in tools().items():
        assert tool.name == name
        assert tool.summary
        schema = tool.arguments.model_json_schema()
        assert schema["additionalProperties"] is False


def test_search_tells_where_and_why(propose: Propose) -> None:
    proposal = propose("search", query="pouring coffee")
    assert proposal.effect == "read"
    assert proposal.timeline is None
    assert proposal.data["confident"] is True
    assert proposal.data["hits"][0]["footage_id"] == "f-coffee"
    assert "coffee.mp4" in proposal.answer
    assert all(r.verified for r in proposal.reasons), [r.problem for r in proposal.reasons]


def test_search_says_when_nothing_is_like_it(propose: Propose) -> None:
    proposal = propose("search", query="lecture on quantum chromodynamics")
    assert proposal.data["confident"] is False
    assert proposal.answer.startswith("Nothing like")
    assert proposal.reasons == ()


def test_search_filters_are_kept_to(propose: Propose) -> None:
    hits = propose("search", query="a child in a park", orientation="portrait").data["hits"]
    assert {hit["footage_id"] for hit in hits} == {"f-phone"}


def test_the_overview_counts_everything_and_names_topics(
    propose: Propose, dailies: Project
) -> None:
    proposal = propose("overview")
    every = {f.id for f in store.all_footage(dailies)}
    assert "12 files" in proposal.answer
    assert {row["id"] for row in proposal.data["footage"]} == every
    told = {i for topic in proposal.data["topics"] for i in topic["footage_ids"]}
    assert told <= every
    assert all(r.verified for r in proposal.reasons)


def test_ideas_cite_footage_that_is_there_and_can_be_shown(
    propose: Propose, dailies: Project
) -> None:
    proposal = propose("ideas", count=4)
    ideas = proposal.data["ideas"]
    assert 1 <= len(ideas) <= 4
    usable = {f.id for f in store.all_footage(dailies) if f.technical.has_picture}
    for idea in ideas:
        assert idea["title"]
        assert idea["logline"]
        assert idea["beats"]
        assert set(idea["footage_ids"]) <= usable
    assert all(r.verified for r in proposal.reasons), [r.problem for r in proposal.reasons]


def test_guidance_leads_the_ideas(propose: Propose) -> None:
    ideas = propose("ideas", guidance="something about a dog").data["ideas"]
    assert "f-dog" in ideas[0]["footage_ids"]


def test_an_empty_project_is_told_to_ingest(project: Project) -> None:
    for name in ("overview", "ideas"):
        tool = tools()[name]
        proposal = tool.propose(tool.arguments(), project)
        assert "ingest" in proposal.answer


def test_ideas_about_what_is_not_there_say_so_and_cite_nothing(propose: Propose) -> None:
    proposal = propose("ideas", guidance="something with ships on mars")
    assert "Nothing like 'something with ships on mars'" in proposal.answer
    assert proposal.data["ideas"] == [] and not proposal.reasons


def test_ideas_are_told_in_captions_and_count_each_second_once(
    propose: Propose, dailies: Project
) -> None:
    ideas = propose("ideas", count=10).data["ideas"]
    whole = sum(float(f.duration_s) for f in store.all_footage(dailies) if f.technical.has_picture)
    assert all(Fraction(idea["usable_s"]) <= whole for idea in ideas)
    labels = {topic.label for topic in topics(dailies)}
    assert not any(label in idea["logline"] for label in labels for idea in ideas)
    assert any("hand pours coffee into a blue cup" in idea["logline"] for idea in ideas)
    asked = propose("ideas", guidance="a dog, the dog on the grass", count=2).data["ideas"]
    both = [idea for idea in asked if idea["title"] == "From one to the other"]
    assert both and Fraction(both[0]["usable_s"]) <= whole
