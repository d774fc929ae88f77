"""Files as other systems write them. The shapes are theirs; what is said in them is ours."""

GIFT = r"""
// An essay, which nobody here marks.
::How it went:: How was your first morning? {}

// Pairs in several formats, and an answer that belongs to nothing.
::Who does it::[html]Match the <b>task</b> to the person.{
    =[html]Tells her what happens next. -> The officer
    =[moodle]Notices that he is tired. -> The teacher
    =[plain]Asks what a sentence does to a child. -> The judge
    = -> The neighbours
}

// One right answer, feedback in several formats, the braces on lines of their own.
::First:: What comes first?
{
    =a greeting # right; calm.
    ~a question # [html]wrong, she is <i>no</i> informant
    ~[plain]silence # wrong, it frightens
}

// Weights that add up, and take away more than they give.
::Whom to tell:: Who should know?
{
    ~%50%the carer # right
    ~%-100%the press # wrong
    ~%50%the school # right
}

// Weights that take what they give.
Who may come along? {
    ~%-50%A reporter
    ~%50%An aunt
    ~%50%A grandmother
    ~%-50%A neighbour
}

// A number with its tolerance, and feedback on all the rest.
::Days:: Within how many days? {#3:2~#Look it up}

// A range.
How many minutes does a visit last? {#45..60}

// Several numbers, one of them half right.
In which year was the rule made? {#
    =2018:0
    =%50%2018:1}

// Words to type: one half right, a star for all the rest.
::Word::What is she?{
    =a child#Yes.
    =%50%a relative#Not only.
    =%0%*#No.
}

// True or false, with remarks on both and on the whole.
::Harm:: Every visit harms a child.{
FALSE#It depends on the visit.#Yes, you know.
####[html]<p>Look at the <b>hall</b>.</p>
}

::2-08 Short name::She may write to him.{T}

// A word that is missing in the middle.
She is {~a witness =a child ~an informant} in this house.

// Control characters.
Which sum is five? {
     ~ \= 2 + 2 \{once\}
     = \= 2 + 3 \\ \#1
     ~ \~ 2 + 4 \: 1 }

$CATEGORY: $course$/Doors

This is only a text.

// What we know of tags: [id:at-the-gate] [tag:objective 2] [tag:source D09] [tag:hall].
::Gate::[markdown]Who **waits**?{=A child ~Nobody}

// Two gaps in one text.
::Gaps::She is {=a child} of {=7}.

A brace stands {open here.
"""

AIKEN = """\
Who opens the door?
A) A girl of seven
B) Nobody
ANSWER: A

She says <b>nothing</b> & looks
at your hands:
A. True
B. False
ANSWER: B

A question with one option
A) The only one
ANSWER: A

A) No question stands above

ANSWER: None

A question that breaks off
A) One
B) Two

No space behind the bracket
A)One
B)Two
ANSWER: B
"""

QUESTION = """
<!-- question: 12 -->
<question type="{kind}">
  <name><text>{name}</text></name>
  <questiontext format="html"><text><![CDATA[{text}]]></text>{file}</questiontext>
  <generalfeedback format="html"><text><![CDATA[<p>Because.</p>]]></text></generalfeedback>
  <defaultgrade>{grade}</defaultgrade>
  <penalty>0.3333333</penalty>
  <hidden>0</hidden>
  <idnumber></idnumber>
  {inner}
</question>
"""

FEEDBACK = '<feedback format="html"><text>{}</text></feedback>'


def question(
    kind: str, inner: str, text: str = "<p>Who?</p>", *, grade: str = "1.0000000", file: str = ""
) -> str:
    return QUESTION.format(
        kind=kind, name=f"A {kind}", text=text, inner=inner, grade=grade, file=file
    )


def answer(fraction: str, text: str, said: str = "", inner: str = "") -> str:
    return (
        f'<answer fraction="{fraction}" format="html"><text>{text}</text>'
        f"{FEEDBACK.format(said)}{inner}</answer>"
    )


def quiz(*questions: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>{"".join(questions)}</quiz>'


REMARKS = "".join(
    f'<{how}feedback format="html"><text>{text}</text></{how}feedback>'
    for how, text in (
        ("correct", "Your answer is correct."),
        ("partiallycorrect", "Your answer is partially correct."),
        ("incorrect", "Read it again."),
    )
)
SINGLE = question(
    "multichoice",
    f"<single>true</single><shuffleanswers>true</shuffleanswers>{REMARKS}"
    + answer("100", "&lt;p dir='ltr'&gt;A child&lt;br&gt;&lt;/p&gt;", "Yes.")
    + answer("0", "Nobody"),
    "<p>Listen to <a href='@@PLUGINFILE@@/a.mp3'>this</a> and <b>look</b>:<br>"
    "<img src='@@PLUGINFILE@@/door.jpg' alt='An open door'></p>",
    file='<file name="door.jpg" encoding="base64">AAAA\nAAAA</file>',
)
MULTIPLE = question(
    "multichoice",
    "<single>false</single>"
    + answer("33.33333", "1")
    + answer("33.33333", "2")
    + answer("33.33333", "3")
    + answer("-50", "4"),
    grade="3.0000000",
)
TRUTH = question(
    "truefalse",
    answer("0", "true", "No.") + answer("100", "false", "It depends."),
)
TYPED = question(
    "shortanswer",
    "<usecase>1</usecase>"
    + answer("100", "a child")
    + answer("100", "a * child")
    + answer("80", "kid", "Say child.")
    + answer("0", "*")
    + "<hint format='html'><text>Small.</text></hint>"
    + "<tags><tag><text>objective 2</text></tag><tag><text>hall</text></tag></tags>",
)
NUMBER = question(
    "numerical",
    answer("100", "2.5", "", "<tolerance>0.5</tolerance>")
    + "<units><unit><multiplier>1</multiplier><unit_name>hours</unit_name></unit>"
    + "<unit><multiplier>60</multiplier><unit_name>minutes</unit_name></unit></units>",
)
PAIRS = question(
    "matching",
    "<shuffleanswers>true</shuffleanswers>"
    + "".join(
        f"<subquestion format='html'><text>{text}</text>"
        f"<answer><text>{match}</text></answer></subquestion>"
        for text, match in (
            ("&lt;p&gt;A teacher&lt;/p&gt;", "notices"),
            ("An officer", "asks"),
            ("", "tells the press"),
        )
    ),
)
ORDER = question(
    "ordering",
    answer("1.0000000", "Greet her.") + answer("2.0000000", "Explain."),
)
CLOZE = question(
    "cloze",
    "",
    "<p>She is {1:MULTICHOICE:a witness#No.~=a child~%50%a relative} of {2:SHORTANSWER:=seven"
    "~=7} and {:MC:=here\\~there~no}.</p>",
)
CLOZE_NUMBER = question("cloze", "", "<p>Water freezes at {1:NUMERICAL:=32:0} degrees.</p>")
SELECT = question(
    "gapselect",
    "".join(
        f"<selectoption><text>{text}</text><group>{group}</group></selectoption>"
        for text, group in (("child", 1), ("hall", 2), ("witness", 1), ("cell", 2))
    ),
    "<p>The [[1]] waits in the [[2]].</p>",
)
OTHERS = (
    '<question type="category"><category><text>$course$/Doors</text></category></question>'
    + question("essay", "<responseformat>editor</responseformat>")
    + question("description", "")
    + question("calculatedmulti", "")
)
MOODLE = quiz(
    OTHERS, SINGLE, MULTIPLE, TRUTH, TYPED, NUMBER, PAIRS, ORDER, CLOZE, CLOZE_NUMBER, SELECT
)
