-- Firms that asked to be told when other products fit them; and per bank the firms that it may approach by their consent
-- (recommendation list), each with what the models say for it, and until when the bank has to answer.
create table matching_subscription (
    subject_key text primary key,
    subject_name text not null,
    account text not null,
    since bigint not null,
    ranked text,
    ranked_at bigint,
    check ((ranked is null) = (ranked_at is null))
);

create table matching_look (
    bank_id text not null,
    subject_key text not null,
    looked_at bigint not null,
    primary key (bank_id, subject_key)
);

create table matching_recommendation (
    recommendation_id text primary key,
    bank_id text not null,
    subject_key text not null,
    subject_name text not null,
    rank bigint not null check (rank between 0 and 100),
    kind_zh text not null,
    kind_en text not null,
    told text not null,
    product_id text,
    limit_fen bigint check (limit_fen > 0),
    permit_id text not null,
    state text not null check (state in ('open', 'contacted', 'declined', 'applied', 'lapsed', 'ended')),
    listed_at bigint not null,
    renewed_at bigint not null,
    due_at bigint not null,
    acted_by text,
    acted_at bigint,
    note text,
    check ((acted_by is null) = (acted_at is null)),
    check (state not in ('contacted', 'declined') or acted_at is not null)
);
create unique index matching_recommendation_standing on matching_recommendation (bank_id, subject_key)
    where state in ('open', 'contacted');
create index matching_recommendation_bank on matching_recommendation (bank_id, state, rank);
create index matching_recommendation_subject on matching_recommendation (subject_key, bank_id);
create index matching_recommendation_due on matching_recommendation (due_at) where state in ('open', 'contacted');
