-- How well activities match contacts
--
-- Section: mirror
-- Question: Of how many messages, calls and voicemails do we know the contact, and how?
-- Period: when it happened
-- Parameter field (): only activities with a contact that has this custom field (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Column kind: message, call or voicemail
-- Column activities: how many
-- Column matched: Quo matched a contact
-- Column none: Quo looked, and found none
-- Column unavailable: Quo could not look
-- Column not_asked: no event has told of it yet (REST tells no contacts)
-- Column by_phone: of the last two, those whose number a live contact owns
-- Column known_percent: matched or by_phone, of all
-- Trap: matched says that Quo found a contact then; it may have been deleted since
-- Trap: several contacts on one activity count once
-- Trap: cut by a field, all that is left has a known contact: none is 0, known_percent 100; what
--   it tells then is how many of them Quo matched, and how many the number alone
-- Chart: bars x=kind y=matched,none,unavailable,not_asked title=Could Quo tell whose it was?
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

with happened as (
    select a.kind, a.contact_lookup,
           (a.contact_lookup is null or a.contact_lookup = 'unavailable')
           and exists (select
                         from quo.contact_phone_numbers as n
                         join quo.live_contacts as c on c.org_id = :'org_id' and c.id = n.contact_id
                        where n.org_id = :'org_id'
                          and n.e164 = any (a.external_identifiers)) as by_phone
      from quo.activities as a
      left join (select distinct activity_kind, activity_id
                   from quo.activity_field_values
                  where org_id = :'org_id'
                    and key = :'field'
                    and (:'value' = '' or value = :'value')) as cut
        on cut.activity_kind = a.kind and cut.activity_id = a.id
     where a.org_id = :'org_id'
       and (a.created_at >= :'since'::timestamptz and a.created_at < :'until'::timestamptz
            or a.created_at is null
               and a.occurred_at >= :'since'::timestamptz and a.occurred_at < :'until'::timestamptz)
       and (:'field' = '' or cut.activity_id is not null)
)
select kind,
       count(*)                                                  as activities,
       count(*) filter (where contact_lookup = 'matched')        as matched,
       count(*) filter (where contact_lookup = 'none')           as none,
       count(*) filter (where contact_lookup = 'unavailable')    as unavailable,
       count(*) filter (where contact_lookup is null)            as not_asked,
       count(*) filter (where by_phone)                          as by_phone,
       round(100.0 * count(*) filter (where contact_lookup = 'matched' or by_phone)
             / count(*), 1)                                      as known_percent
  from happened
 group by kind
 order by kind;
