"""A lesson on paper: pictures in their large copy, and words in the place of a film."""

from playwright.sync_api import expect

from tests.journeys.conftest import Open

LESSON = "/modules/prison-1-first-days/why-first-days"
SHOWN = """() => {
  const film = document.createElement("p");
  film.innerHTML = '<video controls></video><span class="film-on-paper">A film: a hall</span>';
  const picture = document.createElement("img");
  const srcset = "/small.png 480w, /large.png 1280w";
  Object.assign(picture, { id: "picture", src: "/large.png", srcset, sizes: "480px", alt: "" });
  document.querySelector("article").prepend(film, picture);
}"""
SRCSET = "() => document.getElementById('picture').getAttribute('srcset')"


def test_a_picture_is_large_and_a_film_is_told(open_page: Open) -> None:
    page = open_page("officer")
    page.route("**/*.png", lambda route: route.fulfill(body="", content_type="image/png"))
    page.goto(LESSON)
    page.evaluate(SHOWN)
    film, words = page.locator("article video"), page.get_by_text("A film: a hall")
    expect(film).to_be_visible()
    expect(words).to_be_hidden()
    expect(page.locator("[data-here]")).to_be_hidden()

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.evaluate(SRCSET) is None
    expect(film).to_be_hidden()
    expect(words).to_be_visible()
    expect(page.locator("[data-here]")).to_have_text(page.url)

    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert "/small.png 480w" in page.evaluate(SRCSET)
