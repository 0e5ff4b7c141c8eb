"""The model's entities by whole-text matrix products, the same ones that spaCy finds a token at a
time.

spaCy's transition parser asks for every token which of its 74 actions are valid, and scores them
one state at a time. In NER a state is only (this token, the entity's first token, the token
before), and that makes the greedy search fall apart into two cheap parts: outside an entity the
choice depends on the token alone, so all tokens are scored by one product; inside one only ``I``
and ``L`` of its own label are valid, so all entities that some token would begin advance together.
The embedding of a word depends on the word alone and is kept.

Only the layout of spaCy's small CNN models is known here (md and sm of 3.x; not transformers).
`build` returns None where a model is laid out otherwise or where the two disagree on a paragraph.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotators.base import Span

Floats = NDArray[np.float32]

_WORDS_KEPT = 40_000  # some 15 MB; the vocabulary of a long day's reading
_PAD = 4  # tokens that the four window layers see on each side

_CHECK = (
    "On Tuesday, 14 January 2025, the Russian Ministry of Defense said that its forces had shot "
    "down 58 drones over Saratov, Engels and the Black Sea. “No one was hurt,” Governor Roman "
    "Busargin wrote on Telegram.\nTwo U.S. officials told Reuters that Hezbollah’s leader Hassan "
    "Nasrallah was killed in Beirut, Lebanon, on Friday night; at least 33 people died and $4.5 "
    "million worth of aid for UNRWA burned. The Battle of Bakhmut lasted more than nine months."
)


@dataclass(frozen=True)
class _Maxout:
    """A maxout layer with its normalisation, its pieces as one matrix side by side."""

    weights: Floats  # (inputs, pieces * outputs)
    bias: Floats
    gain: Floats
    shift: Floats
    pieces: int

    @classmethod
    def of(cls, maxout: Any, norm: Any) -> _Maxout:
        w, b = maxout.get_param("W"), maxout.get_param("b")
        outputs, pieces, inputs = w.shape
        return cls(
            np.ascontiguousarray(w.transpose(1, 0, 2).reshape(pieces * outputs, inputs).T),
            np.ascontiguousarray(b.T.reshape(-1)),
            norm.get_param("G"),
            norm.get_param("b"),
            pieces,
        )

    def __call__(self, x: Floats) -> Floats:
        y = x @ self.weights
        y += self.bias
        width = y.shape[1] // self.pieces
        best = np.maximum(y[:, :width], y[:, width : 2 * width])
        for piece in range(2, self.pieces):
            np.maximum(best, y[:, piece * width : (piece + 1) * width], out=best)
        best -= best.mean(axis=1, keepdims=True)
        best /= np.sqrt(np.einsum("ij,ij->i", best, best)[:, None] / width + 1e-8)
        best *= self.gain
        best += self.shift
        out: Floats = best
        return out


class FastNer:
    """Entities of documents that the model's own tokenizer made."""

    def __init__(self, nlp: Any) -> None:
        ner = nlp.get_pipe("ner")
        model = ner.model
        self._vocab = nlp.vocab
        tok2vec, _, linear = model.get_ref("tok2vec").layers
        embed, windows = tok2vec.layers
        features, mix, _ = embed.layers
        hashes, self._vectors = features.layers
        columns = hashes.layers[0].attrs["columns"]
        if hashes.layers[2].layers[0].name.count("hashembed") != 4:
            raise ValueError("not four tables of word features")
        self._attributes = ["ORTH", "NORM", *(c for c in columns if c != "NORM")]
        if self._attributes != ["ORTH", "NORM", "PREFIX", "SUFFIX", "SHAPE"]:
            raise ValueError("other word features")
        self._tables = hashes.layers[2].layers[0].layers
        dense = mix.layers[0].layers[0]
        self._mix = _Maxout.of(*_maxout_and_norm(dense))
        self._layers = [
            _Maxout.of(*_maxout_and_norm(residual.layers[0]))
            for residual in windows.layers[0].layers
        ]
        if len(self._layers) != _PAD or windows.attrs["pad"] != _PAD:
            raise ValueError("not four window layers")
        self._linear = np.ascontiguousarray(linear.get_param("W").T), linear.get_param("b")
        lower, upper = model.get_ref("lower"), model.get_ref("upper")
        w = lower.get_param("W")  # (features, outputs, pieces, inputs)
        if w.shape[0] != 3 or w.shape[2] != 2:
            raise ValueError("other state features")
        self._lower = np.ascontiguousarray(w.transpose(3, 0, 2, 1).reshape(w.shape[3], -1))
        self._lower_pad = lower.get_param("pad")[0].transpose(0, 2, 1)  # (3, pieces, outputs)
        self._lower_bias = lower.get_param("b").T
        self._upper = np.ascontiguousarray(upper.get_param("W").T), upper.get_param("b")
        moves = ner.moves  # `ner.move_names` leaves one out, which shifts the numbers
        names = [moves.get_class_name(n) for n in range(moves.n_moves)]
        self._moves = [(name[0], name[2:]) for name in names]
        kinds = np.array([move for move, _ in self._moves])
        self._closed = ((kinds == "B") | (kinds == "U") | (kinds == "O")) & np.array(
            [bool(label) or move == "O" for move, label in self._moves]
        )
        self._begin, self._out = kinds == "B", names.index("O")
        number = {name: n for n, name in enumerate(names)}
        self._inside = {n: number[f"I-{label}"] for n, (m, label) in self._named("B")}
        self._last = {n: number[f"L-{label}"] for n, (m, label) in self._named("B")}
        self._rows: dict[tuple[int, int], int] = {}
        self._known = np.zeros((1024, self._mix.gain.shape[0]), np.float32)

    def _named(self, kind: str) -> list[tuple[int, tuple[str, str]]]:
        return [(n, m) for n, m in enumerate(self._moves) if m[0] == kind and m[1]]

    def _embedded(self, features: NDArray[np.uint64]) -> Floats:
        """Return a row a token, from the table of words seen before where it is there."""
        if len(self._rows) > _WORDS_KEPT:
            self._rows.clear()
        keys = list(zip(features[:, 0].tolist(), features[:, 1].tolist(), strict=True))
        missing: dict[tuple[int, int], int] = {}
        for n, key in enumerate(keys):
            if key not in self._rows:
                missing.setdefault(key, n)
        if missing:
            at = np.fromiter(missing.values(), dtype=np.int64)
            new = self._mixed(features[at])
            first = len(self._rows)
            while first + len(new) > len(self._known):
                self._known = np.concatenate([self._known, np.zeros_like(self._known)])
            self._known[first : first + len(new)] = new
            self._rows.update(zip(missing, range(first, first + len(new)), strict=True))
        return self._known[np.fromiter((self._rows[k] for k in keys), np.int64, len(keys))]

    def _mixed(self, features: NDArray[np.uint64]) -> Floats:
        orths, rest = features[:, 0], np.ascontiguousarray(features[:, 1:])
        parts = [table.predict(rest).astype(np.float32) for table in self._tables]
        rows = self._vocab.vectors.find(keys=orths)
        static = self._vocab.vectors.data[rows] @ self._vectors.get_param("W").T
        static[rows < 0] = 0
        return self._mix(np.concatenate([*parts, static], axis=1))

    def _token_vectors(self, docs: Sequence[Any]) -> Floats:
        """Return a row a token of all documents, one behind the other. Between two stand as many
        empty rows as a window of all layers reaches, so that neither sees the other."""
        words = self._embedded(np.concatenate([d.to_array(self._attributes) for d in docs]))
        width = words.shape[1]
        gaps = np.repeat(np.arange(len(docs)), [len(d) for d in docs])
        rows = np.arange(len(words)) + _PAD * (gaps + 1)
        x = np.zeros((len(words) + _PAD * (len(docs) + 1), width), np.float32)
        x[rows] = words
        window = np.empty((len(x), 3 * width), np.float32)
        for layer in self._layers:
            window[0, :width] = 0
            window[1:, :width] = x[:-1]
            window[:, width : 2 * width] = x
            window[:-1, 2 * width :] = x[1:]
            window[-1, 2 * width :] = 0
            x += layer(window)
        weights, bias = self._linear
        out: Floats = x[rows] @ weights + bias
        return out

    def _scores(self, hidden: Floats) -> Floats:
        """Return the scores of the actions for summed state features (n, pieces, outputs)."""
        weights, bias = self._upper
        out: Floats = np.maximum(hidden[:, 0], hidden[:, 1]) @ weights + bias
        return out

    def spans(self, doc: Any) -> list[tuple[int, int, str]]:
        """Return (first token, token behind the last, label) of each entity, in order."""
        return self.spans_of([doc])[0]

    def spans_of(self, docs: Sequence[Any]) -> list[list[tuple[int, int, str]]]:
        """Return the entities of several documents, found in one pass: most of what a short one
        costs is the same for many."""
        out: list[list[tuple[int, int, str]]] = [[] for _ in docs]
        full = [doc for doc in docs if len(doc)]
        if not full:
            return out
        ends = list(accumulate(len(doc) for doc in docs))  # the tokens before each one's end
        n = ends[-1]
        lasts = np.array([end - 1 for doc, end in zip(docs, ends, strict=True) if len(doc)])
        at_end = np.zeros(n, bool)
        at_end[lasts] = True
        lower = (self._token_vectors(full) @ self._lower).reshape(
            n, 3, 2, self._lower_bias.shape[1]
        )
        here, start, before = lower[:, 0], lower[:, 1], lower[:, 2]
        closed = self._scores(here + (self._lower_pad[1] + self._lower_pad[2] + self._lower_bias))
        closed[:, ~self._closed] = -np.inf
        closed[np.ix_(lasts, self._begin)] = -np.inf
        choice = closed.argmax(axis=1)
        spaces = np.concatenate([doc.to_array("IS_SPACE") for doc in full])
        choice[spaces.astype(bool)] = self._out
        begins = np.flatnonzero(self._begin[choice])
        closing = self._advance(begins, choice, here, start, before, at_end)
        behind = 0
        for first in np.flatnonzero(choice != self._out).tolist():
            if first < behind:
                continue
            behind = closing.get(first, first + 1)
            number = bisect_right(ends, first)
            base = ends[number] - len(docs[number])
            label = self._moves[int(choice[first])][1]
            out[number].append((first - base, behind - base, label))
        return out

    def _advance(
        self,
        begins: NDArray[np.int64],
        choice: NDArray[np.int64],
        here: Floats,
        start: Floats,
        before: Floats,
        at_end: NDArray[np.bool_],
    ) -> dict[int, int]:
        """Return where the entity that each token of ``begins`` would begin ends."""
        ends: dict[int, int] = {}
        first = begins
        actions = choice[begins]
        inside = np.array([self._inside.get(int(a), 0) for a in actions], np.int64)
        last = np.array([self._last.get(int(a), 0) for a in actions], np.int64)
        at = begins + 1
        while len(first):
            scores = self._scores(here[at] + start[first] + before[at - 1] + self._lower_bias)
            rows = np.arange(len(first))
            a, b = scores[rows, inside], scores[rows, last]
            # of equal scores the action that comes first in the table wins, as in spaCy
            closes = (b > a) | ((b == a) & (last < inside)) | at_end[at]
            ends.update(zip(first[closes].tolist(), (at[closes] + 1).tolist(), strict=True))
            on = ~closes
            first, inside, last, at = first[on], inside[on], last[on], at[on] + 1
        return ends


def _maxout_and_norm(model: Any) -> tuple[Any, Any]:
    """Return the maxout and the normalisation inside a layer."""
    maxout = [node for node in model.walk() if node.name == "maxout"]
    norm = [node for node in model.walk() if node.name == "layernorm"]
    if len(maxout) != 1 or len(norm) != 1:
        raise ValueError("not one maxout layer with one normalisation")
    return maxout[0], norm[0]


def build(nlp: Any) -> FastNer | None:
    """Return the fast way for this model, or None where it is not the same as the stock one."""
    try:
        fast = FastNer(nlp)
        doc = nlp(_CHECK)
        stock = [(e.start, e.end, e.label_) for e in doc.ents]
        if fast.spans(nlp.make_doc(_CHECK)) != stock or not stock:
            return None
    except (ValueError, KeyError, AttributeError, IndexError, TypeError):
        return None
    return fast


def entities(nlp: Any, fast: FastNer | None, text: str) -> list[Span]:
    """Return the model's entities of a text, by the fast way where there is one."""
    return entities_of(nlp, fast, [text])[0]


def entities_of(nlp: Any, fast: FastNer | None, texts: Sequence[str]) -> list[list[Span]]:
    """Return the model's entities of several texts, in one pass where there is a fast way."""
    if fast is None:
        found = (nlp(text).ents for text in texts)
        return [[(e.start_char, e.end_char, e.label_) for e in ents] for ents in found]
    docs = [nlp.make_doc(text) for text in texts]
    out = []
    for doc, spans in zip(docs, fast.spans_of(docs), strict=True):
        ends = ((doc[first].idx, doc[behind - 1], label) for first, behind, label in spans)
        out.append([(start, last.idx + len(last), label) for start, last, label in ends])
    return out
