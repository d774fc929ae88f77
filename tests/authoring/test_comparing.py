"""How two texts differ, line by line."""

from coursesite.authoring.rules import Line, Mark, differences


def lines(before: str, after: str) -> tuple[Line, ...]:
    (difference,) = differences({"en.md": before}, {"en.md": after})
    assert difference.lines is not None
    return difference.lines


def test_equal_files_are_not_mentioned() -> None:
    assert differences({"en.md": "a", "module.yaml": "b"}, {"en.md": "a", "module.yaml": "b"}) == []


def test_a_changed_line_went_and_came() -> None:
    assert lines("one\ntwo\nthree", "one\n2\nthree") == (
        Line(Mark.SAME, 1, 1, "one"),
        Line(Mark.GONE, 2, None, "two"),
        Line(Mark.NEW, None, 2, "2"),
        Line(Mark.SAME, 3, 3, "three"),
    )


def test_what_is_far_from_every_change_is_left_out() -> None:
    many = "\n".join(f"line {number}" for number in range(1, 101))

    shown = lines(many, many.replace("line 50\n", ""))

    assert [line.mark for line in (shown[0], shown[-1])] == [Mark.LEFT_OUT, Mark.LEFT_OUT]
    assert [line.before for line in shown[1:-1]] == [47, 48, 49, 50, 51, 52, 53]
    assert shown[5] == Line(Mark.SAME, 51, 50, "line 51")


def test_a_file_that_is_new_came_whole() -> None:
    (difference,) = differences({}, {"en.md": "one"})

    assert difference.lines == (Line(Mark.GONE, 1, None, ""), Line(Mark.NEW, None, 1, "one"))


def test_texts_that_are_too_long_are_not_compared() -> None:
    (long,) = differences({"en.md": ""}, {"en.md": "x" * 1_000_001})
    (many,) = differences({"en.md": ""}, {"en.md": "\n" * 12_001})

    assert (long.lines, many.lines) == (None, None)


def test_words_that_became_others_are_marked_in_a_changed_line() -> None:
    gone, new = lines("Ask who is there, please.", "Ask who else is here, please.")

    assert [piece.text for piece in gone.pieces if piece.changed] == ["there"]
    assert [piece.text for piece in new.pieces if piece.changed] == ["else ", "here"]
    assert ["".join(piece.text for piece in line.pieces) for line in (gone, new)] == [
        "Ask who is there, please.",
        "Ask who else is here, please.",
    ]


def test_a_line_that_is_another_altogether_is_marked_as_a_whole() -> None:
    gone, new = lines("Nobody was at home.", "Ask twice.")

    assert (gone.pieces, new.pieces) == ((), ())
