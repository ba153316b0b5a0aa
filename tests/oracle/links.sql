-- What activities name: links to contacts, contact_lookup, participants and context.

-- Every activity that an event names. A voicemail, summary, transcript or recording that
-- names its call speaks for that call as well.
create view oracle.named as
select 'message' as kind, resource ->> 'id' as id, * from oracle.event where type like 'message.%'
union all
select 'voicemail', resource ->> 'id', * from oracle.event where type = 'call.voicemail.completed'
union all
select 'call', call_id, e.*
  from oracle.event as e,
       lateral (select case when type in ('call.summary.completed', 'call.transcript.completed',
                                          'call.voicemail.completed')
                            then resource ->> 'callId' else resource ->> 'id' end) as t (call_id)
 where type like 'call.%' and call_id is not null;

-- (lookup was possible?, C, i, d), of events that carry `contacts`.
create view oracle.activity_lookup as
select distinct on (org_id, kind, id) org_id, kind, id,
       context #>> '{contacts,lookupStatus}' as contact_lookup, context #> '{contacts,ids}' as ids
  from oracle.named
 where jsonb_typeof(context -> 'contacts') = 'object'
 order by org_id, kind, id,
          coalesce(context #>> '{contacts,lookupStatus}', 'unavailable') <> 'unavailable' desc,
          c desc, i desc, d desc;

create view oracle.activity_contacts as
select distinct org_id, kind as activity_kind, id as activity_id, item #>> '{}' as contact_id
  from oracle.activity_lookup, oracle.items(ids)
 where contact_lookup not in ('unavailable', 'none');

-- The version of everything that describes an activity's surroundings: (2 where the
-- resolution is available, 1 for ringing, else 0; C, i, d).
create view oracle.surroundings as
select *, context -> 'participants' as participants,
       case when context #>> '{participants,resolution}' = 'available' then 2
            when type = 'call.ringing' then 1
            else 0 end as rank
  from oracle.named where kind <> 'message';

-- The two lists of participants; empty ones under `unavailable` are no observation.
create view oracle.activity_participants as
select distinct on (org_id, kind, id) org_id, kind, id,
       oracle.texts(participants -> 'workspace') as workspace,
       oracle.texts(participants -> 'external') as external
  from oracle.surroundings
 where jsonb_typeof(participants) = 'object'
   and not (participants ->> 'resolution' = 'unavailable'
            and coalesce(jsonb_array_length(participants -> 'workspace'), 0) = 0
            and coalesce(jsonb_array_length(participants -> 'external'), 0) = 0)
 order by org_id, kind, id, rank desc, c desc, i desc, d desc;
