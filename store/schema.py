"""The schema as numbered migrations. A released migration is never edited; a new one follows it.

`applied` and `state` need only sqlite3, so that opening a library costs nothing; `migrate` brings
in sqlite-utils, which runs each migration in one transaction with its own record.
"""

from __future__ import annotations

import sqlite3
from typing import Literal

from store import incident_index
from store.texts import one_line

APPLICATION_ID = 0x43524452  # "CRDR"
MINIMUM_SQLITE = (3, 37, 0)  # STRICT tables

_UID = "uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16)"
_MADE = "created TEXT NOT NULL, changed TEXT NOT NULL, analyst_id INTEGER REFERENCES analyst(id)"
_TOMB = "deleted INTEGER NOT NULL DEFAULT 0"
_REVIEW = "origin TEXT NOT NULL, review_status TEXT NOT NULL"

_FIRST = (
    f"CREATE TABLE analyst (id INTEGER PRIMARY KEY, {_UID}, name TEXT NOT NULL,"
    " created TEXT NOT NULL) STRICT",
    "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE codebook (id INTEGER PRIMARY KEY, sha256 BLOB NOT NULL UNIQUE,"
    " toml TEXT NOT NULL, installed TEXT NOT NULL) STRICT",
    f"CREATE TABLE source (id INTEGER PRIMARY KEY, {_UID}, name TEXT NOT NULL UNIQUE, kind TEXT,"
    f" citation TEXT, reliability TEXT, {_TOMB}) STRICT",
    f"""CREATE TABLE article (id INTEGER PRIMARY KEY, {_UID}, title TEXT NOT NULL, source TEXT,
        author TEXT, url TEXT, published TEXT, published_precision TEXT, dateline TEXT,
        date_conflict INTEGER NOT NULL DEFAULT 0, retrieved TEXT NOT NULL, language TEXT,
        status TEXT NOT NULL DEFAULT 'unread', n_chars INTEGER NOT NULL,
        n_mentions INTEGER NOT NULL DEFAULT 0, n_unreviewed INTEGER NOT NULL DEFAULT 0,
        n_notes INTEGER NOT NULL DEFAULT 0, n_reports INTEGER NOT NULL DEFAULT 0,
        position INTEGER NOT NULL DEFAULT 0, file_name TEXT, external_id TEXT, pipeline TEXT,
        {_TOMB}) STRICT""",
    # COALESCE: an article without a date stands after those with one, whichever way it is sorted
    "CREATE INDEX article_newest ON article (deleted, COALESCE(published, '') DESC, id DESC)",
    "CREATE INDEX article_status ON article (status, deleted)",
    "CREATE INDEX article_external ON article (external_id) WHERE external_id IS NOT NULL",
    "CREATE INDEX article_pipeline ON article (deleted, pipeline)",
    """CREATE TABLE article_version (id INTEGER PRIMARY KEY,
        article_id INTEGER NOT NULL REFERENCES article(id), number INTEGER NOT NULL DEFAULT 1,
        text TEXT NOT NULL, text_sha256 BLOB NOT NULL CHECK (length(text_sha256) = 32), raw BLOB,
        encoding TEXT, created TEXT NOT NULL, UNIQUE (article_id, number)) STRICT""",
    "CREATE INDEX article_version_sha ON article_version (text_sha256)",
    "CREATE TRIGGER article_version_immutable BEFORE UPDATE ON article_version"
    " BEGIN SELECT RAISE(ABORT, 'article text is immutable'); END",
    # The index reads title and text through a view, so that neither is stored twice.
    """CREATE VIEW article_doc AS SELECT a.id AS id, a.title AS title, v.text AS body
        FROM article a JOIN article_version v ON v.article_id = a.id
        WHERE v.number = (SELECT MAX(number) FROM article_version WHERE article_id = a.id)""",
    'CREATE VIRTUAL TABLE article_fts USING fts5(title, body, content="article_doc",'
    ' content_rowid="id", tokenize="unicode61 remove_diacritics 2")',
    "CREATE TRIGGER article_version_ai AFTER INSERT ON article_version BEGIN"
    " INSERT INTO article_fts(article_fts, rowid, title, body) SELECT 'delete', a.id, a.title,"
    " v.text FROM article a JOIN article_version v ON v.article_id = a.id"
    " WHERE a.id = new.article_id AND v.number = new.number - 1;"
    " INSERT INTO article_fts(rowid, title, body) SELECT id, title, new.text FROM article"
    " WHERE id = new.article_id; END",
    "CREATE TRIGGER article_title_bu BEFORE UPDATE OF title ON article BEGIN"
    " INSERT INTO article_fts(article_fts, rowid, title, body)"
    " SELECT 'delete', id, title, body FROM article_doc WHERE id = old.id; END",
    "CREATE TRIGGER article_title_au AFTER UPDATE OF title ON article BEGIN"
    " INSERT INTO article_fts(rowid, title, body)"
    " SELECT id, title, body FROM article_doc WHERE id = new.id; END",
    f"""CREATE TABLE run (id INTEGER PRIMARY KEY, {_UID}, kind TEXT NOT NULL, name TEXT NOT NULL,
        version TEXT, params TEXT, started TEXT NOT NULL, finished TEXT) STRICT""",
    f"""CREATE TABLE mention (id INTEGER PRIMARY KEY, {_UID},
        article_id INTEGER NOT NULL REFERENCES article(id),
        start INTEGER NOT NULL CHECK (start >= 0), "end" INTEGER NOT NULL, label TEXT NOT NULL,
        quote TEXT NOT NULL, {_REVIEW}, {_MADE}, {_TOMB}, CHECK ("end" > start)) STRICT""",
    "CREATE INDEX mention_place ON mention (article_id, start)",
    "CREATE INDEX mention_label ON mention (label, article_id) WHERE deleted = 0",
    """CREATE TABLE mention_origin (mention_id INTEGER PRIMARY KEY
        REFERENCES mention(id) ON DELETE CASCADE, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
        label TEXT NOT NULL, layer TEXT, rule TEXT, entity TEXT, score REAL,
        run_id INTEGER REFERENCES run(id)) STRICT""",
    f"""CREATE TABLE entity (id INTEGER PRIMARY KEY, {_UID}, name TEXT NOT NULL, label TEXT,
        {_MADE}, {_TOMB}) STRICT""",
    f"""CREATE TABLE alias (id INTEGER PRIMARY KEY, {_UID},
        entity_id INTEGER NOT NULL REFERENCES entity(id), name TEXT NOT NULL,
        folded TEXT NOT NULL, {_TOMB}) STRICT""",
    "CREATE INDEX alias_folded ON alias (folded)",
    f"""CREATE TABLE mention_entity (id INTEGER PRIMARY KEY, {_UID},
        mention_id INTEGER NOT NULL REFERENCES mention(id) ON DELETE CASCADE,
        entity_id INTEGER NOT NULL REFERENCES entity(id), {_REVIEW}, {_TOMB}) STRICT""",
    "CREATE INDEX mention_entity_mention ON mention_entity (mention_id)",
    "CREATE INDEX mention_entity_entity ON mention_entity (entity_id)",
    f"""CREATE TABLE report (id INTEGER PRIMARY KEY, {_UID},
        article_id INTEGER NOT NULL REFERENCES article(id), start INTEGER NOT NULL,
        "end" INTEGER NOT NULL, quote TEXT NOT NULL, {_REVIEW}, {_MADE}, {_TOMB}) STRICT""",
    "CREATE INDEX report_article ON report (article_id)",
    f"""CREATE TABLE claim (id INTEGER PRIMARY KEY, {_UID},
        report_id INTEGER NOT NULL REFERENCES report(id), field TEXT NOT NULL,
        value TEXT NOT NULL, precision TEXT, start INTEGER, "end" INTEGER, quote TEXT,
        said_by TEXT, modality TEXT, {_REVIEW}, {_MADE}, {_TOMB}) STRICT""",
    "CREATE INDEX claim_report ON claim (report_id)",
    f"""CREATE TABLE incident (id INTEGER PRIMARY KEY, {_UID}, title TEXT NOT NULL, type TEXT,
        event_status TEXT, date_start TEXT, date_end TEXT, date_precision TEXT, date_text TEXT,
        date_basis TEXT, place_name TEXT, admin1 TEXT, admin2 TEXT, country TEXT, lat REAL,
        lon REAL, place_precision TEXT, place_text TEXT, facility TEXT, facility_kind TEXT,
        actors TEXT, target_actors TEXT, targets TEXT, weapons TEXT, quantities TEXT,
        attribution TEXT, killed_min INTEGER, killed_best INTEGER, killed_max INTEGER,
        killed_civilians INTEGER, killed_side_a INTEGER, killed_side_b INTEGER,
        killed_unknown INTEGER, injured_min INTEGER, injured_best INTEGER, injured_max INTEGER,
        injured_civilians INTEGER, injured_side_a INTEGER, injured_side_b INTEGER,
        injured_unknown INTEGER, captured INTEGER, missing INTEGER, abducted INTEGER,
        damage TEXT, clarity TEXT, confidence TEXT, verification TEXT, source_reliability TEXT,
        information_credibility TEXT, summary TEXT, tags TEXT, {_MADE}, {_TOMB}) STRICT""",
    f"""CREATE TABLE incident_choice (id INTEGER PRIMARY KEY, {_UID},
        incident_id INTEGER NOT NULL REFERENCES incident(id), field TEXT NOT NULL,
        claim_id INTEGER REFERENCES claim(id), why TEXT, {_MADE}, {_TOMB}) STRICT""",
    "CREATE INDEX incident_choice_incident ON incident_choice (incident_id)",
    f"""CREATE TABLE incident_report (id INTEGER PRIMARY KEY, {_UID},
        incident_id INTEGER NOT NULL REFERENCES incident(id),
        report_id INTEGER NOT NULL REFERENCES report(id), {_MADE}, {_TOMB}) STRICT""",
    "CREATE INDEX incident_report_incident ON incident_report (incident_id)",
    "CREATE INDEX incident_report_report ON incident_report (report_id)",
    f"""CREATE TABLE incident_link (id INTEGER PRIMARY KEY, {_UID},
        from_incident_id INTEGER NOT NULL REFERENCES incident(id),
        to_incident_id INTEGER NOT NULL REFERENCES incident(id), relation TEXT NOT NULL,
        certainty TEXT, note TEXT, {_REVIEW}, {_MADE}, {_TOMB},
        CHECK (from_incident_id <> to_incident_id)) STRICT""",
    "CREATE INDEX incident_link_from ON incident_link (from_incident_id)",
    "CREATE INDEX incident_link_to ON incident_link (to_incident_id)",
    f"""CREATE TABLE note (id INTEGER PRIMARY KEY, {_UID}, target_kind TEXT NOT NULL,
        target_uid BLOB NOT NULL, body TEXT NOT NULL, {_MADE}, {_TOMB}) STRICT""",
    "CREATE INDEX note_target ON note (target_uid)",
    f"""CREATE TABLE tag (id INTEGER PRIMARY KEY, {_UID}, target_kind TEXT NOT NULL,
        target_uid BLOB NOT NULL, name TEXT NOT NULL, {_MADE}, {_TOMB}) STRICT""",
    "CREATE INDEX tag_target ON tag (target_uid)",
    f"""CREATE TABLE memory (id INTEGER PRIMARY KEY, {_UID}, folded TEXT NOT NULL,
        label TEXT NOT NULL, decision TEXT NOT NULL, {_MADE}, {_TOMB}) STRICT""",
    """CREATE TABLE cache (kind TEXT NOT NULL, key BLOB NOT NULL, payload BLOB NOT NULL,
        PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID""",
    f"""CREATE TABLE op (id INTEGER PRIMARY KEY, {_UID}, at TEXT NOT NULL,
        analyst_id INTEGER NOT NULL REFERENCES analyst(id), kind TEXT NOT NULL,
        summary TEXT NOT NULL, article_id INTEGER REFERENCES article(id),
        reverts INTEGER REFERENCES op(id), changes TEXT NOT NULL) STRICT""",
    "CREATE INDEX op_reverts ON op (reverts) WHERE reverts IS NOT NULL",
    "CREATE INDEX op_edit ON op (id) WHERE reverts IS NULL",
    "CREATE TRIGGER op_immutable BEFORE UPDATE ON op"
    " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
    "CREATE TRIGGER op_kept BEFORE DELETE ON op"
    " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
    f"PRAGMA application_id = {APPLICATION_ID}",
)

_READER = (
    # a remembered decision needs the name as it was written: "May" says nothing about "may"
    "ALTER TABLE memory ADD COLUMN name TEXT NOT NULL DEFAULT ''",
    "UPDATE memory SET name = folded",
    "CREATE INDEX memory_folded ON memory (folded) WHERE deleted = 0",
    "CREATE INDEX tag_name ON tag (name) WHERE deleted = 0",
    # one index for each way a list of a hundred thousand articles is sorted
    "CREATE INDEX article_oldest ON article (deleted, COALESCE(published, '9999'), id)",
    "CREATE INDEX article_title ON article (deleted, title COLLATE NOCASE, id)",
    "CREATE INDEX article_source ON article (deleted, COALESCE(source, '') COLLATE NOCASE, id)",
    "CREATE INDEX article_unreviewed ON article (deleted, n_unreviewed DESC, id DESC)",
    "CREATE INDEX article_added ON article (deleted, id DESC)",
)

_ANNOTATORS = (
    # what a mention stands for: as the pipeline has it, and as the analyst chose (JSON)
    "ALTER TABLE mention_origin ADD COLUMN resolved TEXT",
    "ALTER TABLE mention ADD COLUMN resolved TEXT",
    """CREATE TABLE candidate (id INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE
        CHECK (length(uid) = 16), article_id INTEGER NOT NULL REFERENCES article(id),
        start INTEGER NOT NULL, "end" INTEGER NOT NULL, quote TEXT NOT NULL, confidence REAL,
        payload TEXT NOT NULL, run_id INTEGER REFERENCES run(id), review_status TEXT NOT NULL,
        report_id INTEGER REFERENCES report(id)) STRICT""",
    "CREATE INDEX candidate_article ON candidate (article_id, start)",
)

_CASE_FILE = (
    # what one incident brought into another, so that the merge can be taken back (JSON of uids)
    f"""CREATE TABLE incident_merge (id INTEGER PRIMARY KEY, {_UID},
        from_incident_id INTEGER NOT NULL REFERENCES incident(id),
        to_incident_id INTEGER NOT NULL REFERENCES incident(id), moved TEXT NOT NULL, why TEXT,
        {_MADE}, {_TOMB}) STRICT""",
    "CREATE INDEX incident_merge_to ON incident_merge (to_incident_id)",
    "CREATE INDEX incident_merge_from ON incident_merge (from_incident_id)",
    "CREATE INDEX incident_day ON incident (deleted, COALESCE(date_start, '') DESC, id DESC)",
    # the same wire copy in several papers: the first of them, and what finds the next
    "ALTER TABLE article ADD COLUMN copy_of INTEGER REFERENCES article(id)",
    "CREATE INDEX article_copy ON article (copy_of) WHERE copy_of IS NOT NULL",
    """CREATE TABLE copy_band (band INTEGER NOT NULL, hash INTEGER NOT NULL,
        article_id INTEGER NOT NULL, PRIMARY KEY (hash, band, article_id)) STRICT, WITHOUT ROWID""",
    *incident_index.TABLES,
    *incident_index.STALE,
)

_SAFETY = (
    # of what an edit says of itself: a flipped bit in the log is seen, and not made again elsewhere
    "ALTER TABLE op ADD COLUMN digest BLOB",
)

_ACCOUNTS = (
    *incident_index.STALE_BY_ARTICLE,
    # to count the accounts, which every suggestion does, it is read in place of what they hold
    "CREATE INDEX account_day ON account (day)",
)

_ACCOUNTS_AGAIN = (
    # what an account holds is read otherwise: places by their usual names, capitals, people, sites
    "INSERT OR IGNORE INTO account_stale SELECT id FROM incident",
)

_LESSONS = (
    # what was decided of a name, whatever its capitals: read whole, or for one name
    "CREATE INDEX mention_decided ON mention (lower(quote), label, review_status, quote)"
    " WHERE deleted = 0 AND review_status <> 'suggested'",
)

MIGRATIONS: dict[str, tuple[str, ...]] = {
    "m001_first": _FIRST,
    "m002_reader": _READER,
    "m003_annotators": _ANNOTATORS,
    "m004_case_file": _CASE_FILE,
    "m005_safety": _SAFETY,
    "m006_accounts": _ACCOUNTS,
    "m007_accounts": _ACCOUNTS_AGAIN,
    "m008_lessons": _LESSONS,
}
"""Name of each migration and its statements, in order."""

State = Literal["new", "current", "old", "newer", "foreign"]


def applied(connection: sqlite3.Connection) -> set[str] | None:
    """Return the names of the applied migrations, or None where none was ever applied."""
    if not connection.execute(
        "SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'"
    ).fetchone():
        return None
    rows = connection.execute(
        "SELECT name FROM _sqlite_migrations WHERE migration_set = 'conflict_reader'"
    )
    return {name for (name,) in rows}


def state(connection: sqlite3.Connection) -> State:
    """Say how the open file stands to this program's schema."""
    done = applied(connection)
    if done is None:
        empty = not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        return "new" if empty else "foreign"
    if done - MIGRATIONS.keys():
        return "newer"
    return "current" if len(done) == len(MIGRATIONS) else "old"


_GUARDS = {
    statement.split(None, 3)[2]: (migration, statement)
    for migration, statements in MIGRATIONS.items()
    for statement in statements
    if statement.startswith(("CREATE TRIGGER", "CREATE VIEW"))
}
"""Triggers and views by name: SQLite keeps their statements as they were given."""


def altered(connection: sqlite3.Connection) -> list[str]:
    """Say which triggers and views of the open file are not this program's, and which of its own
    are missing. A trigger of another program could change what is saved."""
    found = {
        str(name): str(sql)
        for name, sql in connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')"
        )
    }
    strange = [
        f"{one_line(name)[:40]} is not this program's"
        for name, sql in found.items()
        if _GUARDS.get(name, ("", ""))[1] != sql
    ]
    done = applied(connection) or set()
    missing = [name for name, (since, _) in _GUARDS.items() if since in done and name not in found]
    return strange + [f"{name} is missing" for name in missing]


def put_right(connection: sqlite3.Connection) -> list[str]:
    """Take out the triggers and views that are not this program's and make the missing ones anew,
    inside a unit of work; return what was done."""
    done = []
    for kind, name, sql in connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')"
    ).fetchall():
        if _GUARDS.get(name, ("", ""))[1] != sql:
            quoted = str(name).replace('"', '""')
            connection.execute(f'DROP {kind} IF EXISTS "{quoted}"')
            done.append(f"took out the {kind} {one_line(name)[:40]}")
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    since = applied(connection) or set()
    for name, (migration, statement) in _GUARDS.items():
        if migration in since and name not in there:
            connection.execute(statement)
            done.append(f"made {name} anew")
    return done


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the open file to the newest schema. Each migration is one transaction."""
    from sqlite_utils import Database, Migrations

    known = Migrations("conflict_reader")
    for name, statements in MIGRATIONS.items():

        def run(db: Database, statements: tuple[str, ...] = statements) -> None:
            for statement in statements:
                db.execute(statement)

        known(name=name)(run)
    known.apply(Database(connection, execute_plugins=False))
