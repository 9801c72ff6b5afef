"""Measures of a conversation's rows: those of a card, with other avatars and indents."""

from __future__ import annotations

from functools import cached_property

from app.ui.timeline.layout.frame import Frame


class ThreadFrame(Frame):
    """
    Of one pane: *answer* and *focus* are the measures of such rows, made once.

    A value, like every frame.
    """

    @cached_property
    def _derived(self) -> dict[int, Frame]:
        return {}

    def answer(self, depth: int) -> Frame:
        """Of an answer so deep (1 …)."""
        found = self._derived.get(depth)
        if found is None:
            found = self._derived[depth] = self._make(depth)
        return found

    @property
    def focus(self) -> Frame:
        """Of the post that was asked for: its text begins where its avatar does."""
        found = self._derived.get(0)
        if found is None:
            found = self._derived[0] = self._make_focus()
        return found

    def rail(self, depth: int) -> float:
        """Middle of the avatars so deep."""
        frame = self.answer(depth)
        return frame.pad + frame.avatar / 2

    def _pitch(self) -> float:
        return self.theme.px(self.theme.tokens.thread.pitch, capped=True)

    def _copy(self) -> Frame:
        made = Frame(
            self.theme,
            self.width,
            rtl=self.rtl,
            density=self.density,
            networks=self.networks,
            hosts=self.hosts,
            account_networks=self.account_networks,
            locale=self.locale,
        )
        made.action_pitch = self.action_pitch
        # Fonts are measured once for all of them.
        made._metrics, made._formats = self._metrics, self._formats
        return made

    def _make(self, depth: int) -> Frame:
        tokens, made = self.theme.tokens, self._copy()
        made.avatar = self.theme.px(tokens.thread.avatar, capped=True)
        indent = self._indent(made.avatar)
        made.pad = self.pad + (depth - 1) * indent
        made.x = made.pad + made.avatar + made.gutter
        made.body = "bodySmall"
        self._widen(made)
        return made

    def _indent(self, avatar: float) -> float:
        """As the tokens say, less where the deepest answers would have no room."""
        tokens = self.theme.tokens.thread
        least = self.theme.px(tokens.leastContent, capped=True)
        room = self.width - 2 * self.pad - avatar - self.gutter - least
        wanted = self.theme.px(tokens.indent, capped=True)
        return float(round(min(wanted, max(room / (tokens.maxIndent - 1), tokens.joint))))

    def _make_focus(self) -> Frame:
        tokens, made = self.theme.tokens, self._copy()
        made.avatar = self.theme.px(tokens.thread.focusedAvatar, capped=True)
        made.top = self.theme.px(tokens.thread.focusTop, capped=True)
        made.x = made.pad
        made.body = "lead"
        self._widen(made)
        return made

    def _widen(self, made: Frame) -> None:
        card, theme = self.theme.tokens.card, self.theme
        made.content = float(round(max(80.0, self.right - made.x)))
        made.text = min(made.content, theme.px(card.maxText))
        made.right = made.x + made.content
        # Packed actions (large text) lie as far apart as there is room for.
        pad, digits = card.actionPad, made.metrics("metaStrong").horizontalAdvance("99")
        taken = 5 * made.icon_action + 3 * (digits + theme.tokens.timeline.countGap)
        made.action_gap = max(float(pad), min(self.action_gap, (made.content - taken) / 4))
