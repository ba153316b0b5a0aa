-- People who opted out of messages
--
-- Section: messages
-- Question: Who told us to stop, and did anybody of ours write to them since?
-- Period: when they said so
-- Parameter field (): only activities with a contact that has this custom field (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Parameter limit (1000): so many rows at most; 0 for all
-- Column opted_out_at: when they last said so, local time
-- Column number: who
-- Column contact: the contacts that Quo matched, and those that own the number
-- Column line: the line they said it to
-- Column word: what they said
-- Column messages_since: messages that were sent to them since, and did not fail
-- Trap: only a message that is nothing but the word counts: STOP, STOPALL, UNSUBSCRIBE, CANCEL,
--   END, QUIT, REVOKE or OPTOUT, in any case; not "please stop calling"
-- Trap: who later sent START or UNSTOP to the line is in again, and left out
-- Trap: carriers hold an opt-out for the line it was sent to, not for all of your lines
-- Trap: messages whose content was pruned or erased cannot be read, and tell nothing
-- Role: quo_reader

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
\if :{?limit} \else \set limit 1000 \endif

with said as (
    -- Its letters alone, in capitals.
    select a.external_identifiers[1] collate "C" as number, a.phone_number_id, a.line_name,
           a.occurred_at, a.id,
           upper(regexp_replace(m.body, '[^A-Za-z]', '', 'g')) as word
      from quo.activities as a
      join quo.messages as m on m.org_id = :'org_id' and m.id = a.id and length(m.body) <= 20
      left join (select distinct activity_kind, activity_id
                   from quo.activity_field_values
                  where org_id = :'org_id'
                    and key = :'field'
                    and (:'value' = '' or value = :'value')) as cut
        on cut.activity_kind = a.kind and cut.activity_id = a.id
     where a.org_id = :'org_id'
       and a.kind = 'message'
       and a.direction = 'incoming'
       and (a.created_at >= :'since'::timestamptz
            or a.created_at is null and a.occurred_at >= :'since'::timestamptz)
       and (:'field' = '' or cut.activity_id is not null)
), last_said as (
    select distinct on (number, phone_number_id) *
      from said
     where word in ('STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT',
                    'START', 'UNSTOP')
     order by number, phone_number_id, occurred_at desc, id
), listed as (
    select *
      from last_said
     where word not in ('START', 'UNSTOP')
       and occurred_at < :'until'::timestamptz
     order by occurred_at desc, id
     limit nullif(:'limit', '0')::bigint
), sent as materialized (
    select who.number collate "C" as number, a.phone_number_id, a.occurred_at
      from quo.activities as a
      cross join lateral unnest(a.external_identifiers) as who (number)
     where a.org_id = :'org_id'
       and a.kind = 'message'
       and a.direction = 'outgoing'
       and coalesce(a.outcome, '') not in ('failed', 'undelivered')
       and (a.created_at >= :'since'::timestamptz
            or a.created_at is null and a.occurred_at >= :'since'::timestamptz)
), written as (
    select listed.id, count(*) as messages
      from listed
      join sent
        on sent.number = listed.number
       and sent.phone_number_id = listed.phone_number_id
       and sent.occurred_at > listed.occurred_at
     group by listed.id
)
select date_trunc('second', listed.occurred_at at time zone :'tz') as opted_out_at,
       listed.number,
       contact.names                                          as contact,
       coalesce(listed.line_name, listed.phone_number_id)     as line,
       listed.word,
       coalesce(written.messages, 0)                          as messages_since
  from listed
  left join written on written.id = listed.id
  left join lateral (
       select string_agg(coalesce(quo.person_name(c.first_name, c.last_name),
                                  nullif(c.company, ''), c.id), ', ' order by c.id) as names
         from (select l.contact_id
                 from quo.activity_contacts as l
                where l.org_id = :'org_id'
                  and l.activity_kind = 'message'
                  and l.activity_id = listed.id
                union
               select n.contact_id
                 from quo.contact_phone_numbers as n
                 join quo.live_contacts as owner
                   on owner.org_id = :'org_id' and owner.id = n.contact_id
                where n.org_id = :'org_id'
                  and n.e164 = listed.number) as matched
         join quo.contacts as c on c.org_id = :'org_id' and c.id = matched.contact_id) as contact
    on true
 order by listed.occurred_at desc, listed.id;
