"""How an e-mail looks: paper and a sheet, no pictures, one button or a row of scores. MJML, with gaps in ⟦brackets⟧.

The scores are two tables of six places side by side, which stand below each other on a phone: tables are what every
mail program lays out as it is told.
"""

from html import escape

from outreach import phrases
from outreach.phrases import said

_PLACES = 6  # in each of the two tables

_STYLE = """
:root { color-scheme: light dark; supported-color-schemes: light dark; }
a.score:hover { border-color: #0F5E59 !important; }
@media (prefers-color-scheme: dark) {
  body, .paper { background-color: #161513 !important; }
  .sheet, .sheet > table { background: #1F1E1B !important; background-color: #1F1E1B !important; }
  .ink div, .ink p, a.score { color: #F1EEE8 !important; }
  .muted, .muted div, a.muted { color: #A8A39A !important; }
  .accent { color: #5FB8B0 !important; }
  a.score { border-color: #6B675F !important; }
  .press td, .press a { background: #5FB8B0 !important; color: #10201E !important; }
}
"""

_SHELL = """
<mjml lang="{language}">
<mj-head>
  <mj-title>⟦organisation⟧</mj-title>
  <mj-preview>⟦preview⟧</mj-preview>
  <mj-raw>
    <meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
  </mj-raw>
  <mj-attributes>
    <mj-all font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" />
    <mj-text font-size="16px" line-height="1.5" color="#1C1B19" padding="0" />
    <mj-section padding="0 24px" />
    <mj-column padding="0" />
  </mj-attributes>
  <mj-style>{style}</mj-style>
</mj-head>
<mj-body width="600px" background-color="#FBFAF7" css-class="paper">
  <mj-section padding="16px 24px"><mj-column>
    {above}
    <mj-text css-class="ink" font-family="Georgia, 'Times New Roman', serif" font-size="18px">⟦organisation⟧</mj-text>
  </mj-column></mj-section>
  <mj-wrapper css-class="sheet" background-color="#FFFFFF" padding="24px 0 8px">{blocks}</mj-wrapper>
  <mj-section padding="16px 24px 32px"><mj-column>
    <mj-text css-class="muted" font-size="13px" color="#65625C">⟦foot⟧</mj-text>
  </mj-column></mj-section>
</mj-body>
</mjml>
"""
_ABOVE = '<mj-text css-class="muted" font-size="13px" color="#65625C" padding="0 0 16px">{}</mj-text>'
_SECTION = "<mj-section><mj-column>{}</mj-column></mj-section>"
_TEXT = '<mj-text css-class="ink">⟦text{}⟧</mj-text>'
_BUTTON = (
    '<mj-button css-class="press" href="⟦link⟧" align="left" padding="0 0 24px" inner-padding="12px 24px" '
    'background-color="#0F5E59" color="#FFFFFF" border-radius="6px" font-size="16px">{}</mj-button>'
)
_SCALE = '<mj-section padding="0 20px 16px">{}{}</mj-section>'
_HALF = '<mj-column width="50%"><mj-table padding="0" table-layout="fixed"><tr>{}</tr></mj-table></mj-column>'
_SCORE = (
    '<td align="center" style="padding:4px"><a class="score" href="⟦link⟧?s={score}" target="_blank" '
    'style="display:block;padding:10px 0;border:1px solid #8A867E;border-radius:6px;font-size:16px;line-height:22px;'
    'color:#1C1B19;text-decoration:none">{score}</a></td>'
)


def mjml(layout: tuple[str, ...], answerable: bool, language: str) -> str:
    """The MJML of a layout: what follows each other on the sheet, each a `text`, a `button` or the `scale`."""
    above = _ABOVE.format(escape(said(phrases.REPLY_ABOVE, language))) if answerable else ""
    blocks = "".join(_block(kind, number, language) for number, kind in enumerate(layout))
    return _SHELL.format(language=language, style=_STYLE, above=above, blocks=blocks)


def _block(kind: str, number: int, language: str) -> str:
    if kind == "scale":
        scores = [_SCORE.format(score=score) for score in range(11)] + ["<td></td>"]
        return _SCALE.format(*(_HALF.format("".join(half)) for half in (scores[:_PLACES], scores[_PLACES:])))
    text = _BUTTON.format(escape(said(phrases.OPEN_IT, language))) if kind == "button" else _TEXT.format(number)
    return _SECTION.format(text)
