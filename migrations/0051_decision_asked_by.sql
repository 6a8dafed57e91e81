-- A bank may ask its own models about a subject that consented. Its runs stand beside the subject's own, and what the
-- subject sees as its last answers are those it asked for itself.
alter table decision_result add column asked_by text not null default 'subject'
    check (asked_by in ('subject', 'bank'));
