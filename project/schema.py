"""The project file's tables, as numbered migrations. Never edit one that has shipped."""

from __future__ import annotations

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    INSERT INTO meta VALUES ('revision', '0');

    -- one row per file a creator brought or Roughcut generated; times are rational text
    CREATE TABLE footage (
        id TEXT PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,           -- absolute, as the system spells it (surrogateescape)
        name TEXT NOT NULL,
        folder TEXT NOT NULL,
        fingerprint TEXT NOT NULL,           -- of the content
        bytes INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('ok', 'partial', 'rejected')),
        reason TEXT NOT NULL DEFAULT '',
        duration_s TEXT NOT NULL DEFAULT '0',
        probe TEXT NOT NULL DEFAULT '{}',    -- JSON of project.footage.Technical
        title TEXT NOT NULL DEFAULT '',
        summary TEXT NOT NULL DEFAULT '',
        origin TEXT,                         -- JSON of timeline.model.Origin, if generated
        failures INTEGER NOT NULL DEFAULT 0,
        analysed_by TEXT NOT NULL DEFAULT '',-- the analysers' version; another one means stale
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX footage_fingerprint ON footage (fingerprint);

    CREATE TABLE shot (
        id INTEGER PRIMARY KEY,
        footage_id TEXT NOT NULL REFERENCES footage ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        start_s TEXT NOT NULL,
        end_s TEXT NOT NULL,
        caption TEXT NOT NULL DEFAULT '',
        UNIQUE (footage_id, ordinal)
    ) STRICT;

    -- one second of footage; the last one may be shorter
    CREATE TABLE moment (
        id INTEGER PRIMARY KEY,
        footage_id TEXT NOT NULL REFERENCES footage ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        start_s TEXT NOT NULL,
        end_s TEXT NOT NULL,
        shot_ordinal INTEGER NOT NULL DEFAULT 0,
        caption TEXT NOT NULL DEFAULT '',    -- what is shown, in words, best source first
        caption_source TEXT NOT NULL DEFAULT 'embedded',
        screen_text TEXT NOT NULL DEFAULT '',
        senses TEXT NOT NULL DEFAULT '{}',   -- JSON of project.footage.Senses
        UNIQUE (footage_id, ordinal)
    ) STRICT;

    -- words said: from subtitle tracks, files beside the footage, or a transcriber
    CREATE TABLE speech (
        id INTEGER PRIMARY KEY,
        footage_id TEXT NOT NULL REFERENCES footage ON DELETE CASCADE,
        start_s TEXT NOT NULL,
        end_s TEXT NOT NULL,
        text TEXT NOT NULL,
        speaker TEXT NOT NULL DEFAULT '',
        source TEXT NOT NULL
    ) STRICT;
    CREATE INDEX speech_footage ON speech (footage_id);

    -- captions a creator or a captioner brought, kept as they came
    CREATE TABLE caption (
        id INTEGER PRIMARY KEY,
        footage_id TEXT NOT NULL REFERENCES footage ON DELETE CASCADE,
        start_s TEXT NOT NULL,
        end_s TEXT NOT NULL,
        text TEXT NOT NULL,
        source TEXT NOT NULL
    ) STRICT;
    CREATE INDEX caption_footage ON caption (footage_id);

    -- what a creator corrected, by content, so that it survives moves and re-ingest
    CREATE TABLE correction (
        id INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        field TEXT NOT NULL CHECK (field IN ('title', 'summary', 'caption', 'people', 'place')),
        start_s TEXT NOT NULL DEFAULT '0',
        end_s TEXT NOT NULL DEFAULT '0',
        value TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX correction_fingerprint ON correction (fingerprint);

    CREATE TABLE topic (
        id INTEGER PRIMARY KEY,
        parent_id INTEGER REFERENCES topic ON DELETE CASCADE,
        label TEXT NOT NULL,
        footage_ids TEXT NOT NULL            -- JSON list
    ) STRICT;

    -- the truth about vectors; Chroma is a cache of this table
    CREATE TABLE vector (
        id INTEGER PRIMARY KEY,
        level TEXT NOT NULL CHECK (level IN ('moment', 'shot', 'footage')),
        footage_id TEXT NOT NULL REFERENCES footage ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        model TEXT NOT NULL,
        text_hash TEXT NOT NULL,
        vector BLOB NOT NULL,                -- float32, unit length
        UNIQUE (level, footage_id, ordinal, model)
    ) STRICT;
    CREATE VIRTUAL TABLE words USING fts5 (
        level UNINDEXED, footage_id UNINDEXED, ordinal UNINDEXED,
        caption, speech, screen_text, senses, names,
        tokenize = 'porter unicode61 remove_diacritics 2'
    );

    -- the edit's history: append-only; the head is the last row of `head`
    CREATE TABLE edit (
        id INTEGER PRIMARY KEY,
        parent_id INTEGER REFERENCES edit,
        document TEXT NOT NULL,
        digest TEXT NOT NULL,
        label TEXT NOT NULL,
        actor TEXT NOT NULL CHECK (actor IN ('agent', 'hand', 'import')),
        key TEXT NOT NULL UNIQUE,            -- idempotency: the same key is the same edit
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE head (
        id INTEGER PRIMARY KEY,
        edit_id INTEGER NOT NULL REFERENCES edit,
        move TEXT NOT NULL CHECK (move IN ('edit', 'undo', 'redo', 'restore')),
        key TEXT NOT NULL UNIQUE,
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE version (name TEXT PRIMARY KEY, edit_id INTEGER NOT NULL REFERENCES edit,
        created_at TEXT NOT NULL) STRICT;

    -- the agent's pending state
    CREATE TABLE plan (
        id INTEGER PRIMARY KEY,
        goal_text TEXT NOT NULL,
        goal TEXT NOT NULL,                  -- JSON of agent.goal.Goal
        brain TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('open', 'done', 'stopped', 'replaced')),
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE step (
        id INTEGER PRIMARY KEY,
        plan_id INTEGER NOT NULL REFERENCES plan,
        ordinal INTEGER NOT NULL,
        tool TEXT NOT NULL,
        intent TEXT NOT NULL,
        arguments TEXT,                      -- JSON, once bound
        status TEXT NOT NULL CHECK (status IN
            ('waiting', 'proposed', 'working', 'applied', 'skipped', 'failed', 'stopped')),
        answer TEXT NOT NULL DEFAULT '',
        UNIQUE (plan_id, ordinal)
    ) STRICT;
    CREATE TABLE proposal (
        id INTEGER PRIMARY KEY,
        step_id INTEGER NOT NULL REFERENCES step,
        nonce TEXT NOT NULL UNIQUE,
        revision INTEGER NOT NULL,
        action_hash TEXT NOT NULL,
        document TEXT NOT NULL,              -- JSON of tools.proposal.Proposal
        work TEXT,                           -- JSON: what a slow step made before it is applied
        status TEXT NOT NULL CHECK (status IN
            ('shown', 'approved', 'changed', 'skipped', 'stale', 'stopped', 'applied', 'failed')),
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE decision (
        id INTEGER PRIMARY KEY,
        proposal_id INTEGER NOT NULL REFERENCES proposal,
        decision TEXT NOT NULL CHECK (decision IN
            ('approve', 'change', 'skip', 'replan', 'stop')),
        note TEXT NOT NULL DEFAULT '',
        edit_id INTEGER REFERENCES edit,
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE message (
        id INTEGER PRIMARY KEY,
        role TEXT NOT NULL CHECK (role IN ('creator', 'assistant', 'tool')),
        text TEXT NOT NULL,
        data TEXT NOT NULL DEFAULT '{}',
        created_at TEXT NOT NULL
    ) STRICT;

    CREATE TABLE job (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('ingest', 'render', 'generate')),
        arguments TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN
            ('waiting', 'running', 'done', 'failed', 'cancelled')),
        progress REAL NOT NULL DEFAULT 0,
        detail TEXT NOT NULL DEFAULT '',
        result TEXT NOT NULL DEFAULT '{}',
        tries INTEGER NOT NULL DEFAULT 0,
        cancel INTEGER NOT NULL DEFAULT 0,
        key TEXT NOT NULL UNIQUE,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    ) STRICT;
    """,
    """
    -- what stronger models said, by content, so that it survives moves and re-ingest

    -- one answer of a model to one question; asked again it costs nothing
    CREATE TABLE answer (
        key TEXT PRIMARY KEY,                -- hash of the frame or sound, the model and the prompt
        model TEXT NOT NULL,
        text TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT;

    -- what a captioner saw in a span of a file
    CREATE TABLE described (
        id INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        start_s TEXT NOT NULL,
        end_s TEXT NOT NULL,
        text TEXT NOT NULL,
        model TEXT NOT NULL
    ) STRICT;
    CREATE INDEX described_fingerprint ON described (fingerprint);

    -- a file that was listened to from end to end, and the words heard in it
    CREATE TABLE transcript (
        fingerprint TEXT PRIMARY KEY,
        model TEXT NOT NULL,
        language TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE heard (
        id INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL REFERENCES transcript ON DELETE CASCADE,
        start_s TEXT NOT NULL,
        end_s TEXT NOT NULL,
        text TEXT NOT NULL,                  -- one word as it is written
        speaker TEXT NOT NULL DEFAULT '',
        chance REAL NOT NULL DEFAULT 1
    ) STRICT;
    CREATE INDEX heard_fingerprint ON heard (fingerprint);

    -- jobs that understand footage better, beside those that were
    CREATE TABLE job_now (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('ingest', 'render', 'generate', 'caption', 'listen')),
        arguments TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN
            ('waiting', 'running', 'done', 'failed', 'cancelled')),
        progress REAL NOT NULL DEFAULT 0,
        detail TEXT NOT NULL DEFAULT '',
        result TEXT NOT NULL DEFAULT '{}',
        tries INTEGER NOT NULL DEFAULT 0,
        cancel INTEGER NOT NULL DEFAULT 0,
        key TEXT NOT NULL UNIQUE,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    ) STRICT;
    INSERT INTO job_now SELECT * FROM job;
    DROP TABLE job;
    ALTER TABLE job_now RENAME TO job;
    """,
    """
    -- large libraries: what changed is told footage by footage, so that only that is read again

    -- another value whenever what search knows of this footage is another
    ALTER TABLE footage ADD COLUMN indexed TEXT NOT NULL DEFAULT '';
    -- one byte a moment: which filters it passes (index.looks); NULL until it is worked out
    ALTER TABLE footage ADD COLUMN looks BLOB;

    -- another value with every change of the table of footage: whoever read it knows when to again
    INSERT INTO meta VALUES ('footage', '');
    CREATE TRIGGER footage_came AFTER INSERT ON footage BEGIN
        UPDATE meta SET value = hex(randomblob(16)) WHERE key = 'footage';
    END;
    CREATE TRIGGER footage_went AFTER DELETE ON footage BEGIN
        UPDATE meta SET value = hex(randomblob(16)) WHERE key = 'footage';
    END;
    CREATE TRIGGER footage_changed AFTER UPDATE OF path, name, folder, fingerprint, bytes,
        mtime_ns, status, reason, duration_s, probe, title, summary, origin, failures, analysed_by
    ON footage BEGIN
        UPDATE meta SET value = hex(randomblob(16)) WHERE key = 'footage';
    END;

    -- words find whole footage; its moments are then read one by one
    DELETE FROM words WHERE level != 'footage';
    """,
    """
    -- what a creator said about how films are to be; what is learned is worked out, never kept
    CREATE TABLE preference (
        key TEXT PRIMARY KEY,                -- what it is about: 'aspect', 'leave out dogs'
        kind TEXT NOT NULL,
        value TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('said', 'forgotten')),
        decision INTEGER NOT NULL DEFAULT 0, -- the last decision before: only later ones teach it
        created_at TEXT NOT NULL
    ) STRICT;
    """,
    """
    -- steps that another program asked for: no setting approves them
    ALTER TABLE step ADD COLUMN guest INTEGER NOT NULL DEFAULT 0;
    -- who asked was not kept before, so what still waits is asked about once
    UPDATE step SET guest = 1 WHERE status IN ('waiting', 'proposed');
    """,
    """
    -- things that the embedded network named, by content, so that they survive moves and re-ingest

    -- a file that was looked over from end to end
    CREATE TABLE looked (
        fingerprint TEXT PRIMARY KEY,
        model TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE thing (
        id INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL REFERENCES looked ON DELETE CASCADE,
        start_s TEXT NOT NULL,
        end_s TEXT NOT NULL,
        word TEXT NOT NULL,
        chance REAL NOT NULL
    ) STRICT;
    CREATE INDEX thing_fingerprint ON thing (fingerprint);

    -- those of each moment, corrections applied: JSON of [word, chance]
    ALTER TABLE moment ADD COLUMN things TEXT NOT NULL DEFAULT '[]';

    -- things can be corrected as well
    CREATE TABLE correction_now (
        id INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        field TEXT NOT NULL CHECK (field IN
            ('title', 'summary', 'caption', 'people', 'place', 'thing')),
        start_s TEXT NOT NULL DEFAULT '0',
        end_s TEXT NOT NULL DEFAULT '0',
        value TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT;
    INSERT INTO correction_now SELECT * FROM correction;
    DROP TABLE correction;
    ALTER TABLE correction_now RENAME TO correction;
    CREATE INDEX correction_fingerprint ON correction (fingerprint);
    """,
)
