-- Messages that did not arrive, by error
--
-- Section: messages
-- Question: Which errors keep our messages from arriving, and how many people do they concern?
-- Period: when the message was sent
-- Parameter field (): only activities with a contact that has this custom field (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Column error_code: the carrier's or provider's code; empty where it gave none
-- Column outcome: failed (it may be sent again in Quo) or undelivered (final)
-- Column messages: how many
-- Column percent: of all messages sent in the period
-- Column numbers: how many numbers they were for
-- Column first_at: the first of them, local time
-- Column last_at: the last of them
-- Trap: REST tells no error codes: messages that only a reconciliation brought have none
-- Trap: a group message counts once, and fails as a whole
-- Chart: bars x=error_code y=messages by=outcome
-- Role: quo_reader_nocontent

-- The usual parameters: \set them before, or leave these.
\if :{?org_id} \else
select coalesce(min(org_id), 'default') as org_id from quo.workspaces \gset
\endif
\if :{?tz} \else
select coalesce(min(timezone), 'UTC') as tz from quo.workspaces where org_id = :'org_id' \gset
\endif
\if :{?since} \else
select (date_trunc('day', now() at time zone :'tz') - interval '30 days') at time zone :'tz'
       as since \gset
\endif
\if :{?until} \else
select now() as until \gset
\endif
\if :{?field} \else \set field '' \endif
\if :{?value} \else \set value '' \endif

with sent as materialized (
    select a.id, a.occurred_at, a.outcome, a.external_identifiers
      from quo.activities as a
      left join (select distinct activity_kind, activity_id
                   from quo.activity_field_values
                  where org_id = :'org_id'
                    and key = :'field'
                    and (:'value' = '' or value = :'value')) as cut
        on cut.activity_kind = a.kind and cut.activity_id = a.id
     where a.org_id = :'org_id'
       and a.kind = 'message'
       and a.direction = 'outgoing'
       and (a.created_at >= :'since'::timestamptz and a.created_at < :'until'::timestamptz
            or a.created_at is null
               and a.occurred_at >= :'since'::timestamptz and a.occurred_at < :'until'::timestamptz)
       and (:'field' = '' or cut.activity_id is not null)
), lost as (
    select m.error_code, sent.*
      from sent
      join quo.messages as m on m.org_id = :'org_id' and m.id = sent.id
     where sent.outcome in ('failed', 'undelivered')
)
select lost.error_code,
       lost.outcome,
       count(distinct lost.id)                                                as messages,
       round(100.0 * count(distinct lost.id) / (select count(*) from sent), 2) as percent,
       count(distinct who.number)                                             as numbers,
       date_trunc('second', min(lost.occurred_at) at time zone :'tz')              as first_at,
       date_trunc('second', max(lost.occurred_at) at time zone :'tz')              as last_at
  from lost
  left join lateral unnest(lost.external_identifiers) as who (number) on true
 group by lost.error_code, lost.outcome
 order by messages desc, lost.error_code, lost.outcome;
