-- Three administrators of the platform, none of whom can do another's work. The check on the role widens, which neither
-- database can do in place alike: the table is written again, row by row.
create table identity_staff_wider (
    account_id text primary key,
    login text not null unique,
    password_hash text not null,
    person_name text not null,
    institution text not null,
    branch text,
    role text not null check (role in ('unit', 'officer', 'approver', 'bank_admin', 'operator', 'supervisor',
        'regulator', 'system_admin', 'security_admin', 'audit_admin')),
    tries bigint not null check (tries >= 0),
    locked_until bigint not null,
    factor_tries bigint not null default 0 check (factor_tries >= 0),
    factor_locked_until bigint not null default 0,
    password_set_at bigint,
    active bigint not null check (active in (0, 1)),
    -- Opened by the system administrator; cannot sign in until the security administrator gives a role.
    awaits_role bigint not null default 0 check (awaits_role in (0, 1)),
    created_at bigint not null,
    changed_at bigint not null
);
insert into identity_staff_wider (account_id, login, password_hash, person_name, institution, branch, role, tries,
    locked_until, factor_tries, factor_locked_until, password_set_at, active, created_at, changed_at)
select account_id, login, password_hash, person_name, institution, branch, role, tries,
    locked_until, factor_tries, factor_locked_until, password_set_at, active, created_at, changed_at
from identity_staff;
drop table identity_staff;
alter table identity_staff_wider rename to identity_staff;
create index identity_staff_institution on identity_staff (institution, role);
