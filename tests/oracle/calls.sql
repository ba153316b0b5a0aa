-- What calls and what hangs on them must hold.

-- The seven registers of a call's life, each the greatest (U, or C where U is null; i, d) of
-- its type, and what each knows. `place` is their order in the contract.
create view oracle.call_register as
select distinct on (org_id, id, type) *
  from (select org_id, resource ->> 'id' as id, type, coalesce(u, c) as v, c, i, d, resource,
               array_position(array['call.ringing', 'call.answered', 'call.completed',
                                    'call.missed', 'call.forwarded', 'call.menu.selected',
                                    'call.recording.completed'], type) as place,
               case when type in ('call.missed', 'call.forwarded', 'call.menu.selected')
                    then 'incoming' else resource ->> 'direction' end as direction,
               oracle.instant(resource ->> 'createdAt') as created_at,
               oracle.instant(resource ->> 'answeredAt') as answered_at,
               oracle.instant(resource ->> 'completedAt') as completed_at,
               oracle.number(resource -> 'duration') as duration_seconds
          from oracle.event) as o
 where place is not null
 order by org_id, id, type, v desc, i desc, d desc;

-- Facts that several registers know: the greatest version (first element, then i, then d,
-- then the earlier place), nulls last. array_agg's first element is the one shown.
create view oracle.call_facts as
select org_id, id,
       (array_agg(direction order by direction is null, v desc, i desc, d desc, place))[1]
           as direction,
       (array_agg(created_at order by created_at is null, v desc, i desc, d desc, place))[1]
           as created_at,
       (array_agg(answered_at order by answered_at is null, v desc, i desc, d desc, place))[1]
           as answered_at,
       (array_agg(completed_at order by completed_at is null, v desc, i desc, d desc, place))[1]
           as completed_at,
       (array_agg(duration_seconds
                  order by duration_seconds is null, v desc, i desc, d desc, place))[1]
           as duration_seconds
  from oracle.call_register group by org_id, id;

-- The greatest U of any event of the call's life.
create view oracle.call_updated as
select org_id, resource ->> 'id' as id, max(u) as updated_at
  from oracle.event
 where type in ('call.ringing', 'call.answered', 'call.completed', 'call.missed',
                'call.forwarded', 'call.menu.selected', 'call.recording.completed')
 group by org_id, resource ->> 'id';

-- Context: every event that names the call speaks for it.
create view oracle.call_context as
select distinct on (org_id, id) *
  from oracle.surroundings where kind = 'call'
 order by org_id, id, rank desc, c desc, i desc, d desc;

create view oracle.call_resolution as
select distinct on (org_id, id) org_id, id, participants ->> 'resolution' as resolution
  from oracle.surroundings where kind = 'call' and jsonb_typeof(participants) = 'object'
   and participants ? 'resolution'
 order by org_id, id, rank desc, c desc, i desc, d desc;

create view oracle.call_phone_number_type as
select distinct on (org_id, id) org_id, id, context ->> 'phoneNumberType' as phone_number_type
  from oracle.surroundings where kind = 'call' and context ? 'phoneNumberType'
 order by org_id, id, rank desc, c desc, i desc, d desc;

create view oracle.calls as
select org_id, id, facts.direction,
       completed.resource ->> 'status'                          as status,
       facts.created_at,
       ringing.c                                                as ringing_at,
       facts.answered_at,
       answered.resource ->> 'answeredByUserId'                 as answered_by_user_id,
       facts.completed_at,
       updated.updated_at,
       facts.duration_seconds,
       (completed.resource ->> 'hasVoicemail')::boolean         as has_voicemail,
       missed.id is not null                                    as missed,
       null::text                                               as initiated_by_user_id,
       null::text                                               as ai_handled,
       null::text                                               as rest_status,
       forwarded.resource ->> 'forwardedFrom'                   as forwarded_from,
       forwarded.resource ->> 'forwardedTo'                     as forwarded_to,
       menu.resource ->> 'phoneMenuSelection'                   as menu_selection,
       menu.resource ->> 'phoneMenuSelectionName'               as menu_selection_name,
       menu.resource ->> 'statusReason'                         as menu_reason,
       context.context ->> 'phoneNumberId'                      as phone_number_id,
       number_type.phone_number_type,
       context.context ->> 'conversationId'                     as conversation_id,
       context.context ->> 'userId'                             as user_id,
       participants.workspace                                   as workspace_participants,
       participants.external                                    as external_participants,
       resolution.resolution                                    as participants_resolution,
       lookup.contact_lookup,
       context.quo_url,
       null::text                                               as voicemail_id,
       null::numeric                                            as voicemail_duration_seconds,
       null::text                                               as voicemail_transcript,
       null::text                                               as voicemail_recording_url
  from oracle.call_context as context
  left join oracle.call_facts as facts using (org_id, id)
  left join oracle.call_updated as updated using (org_id, id)
  left join (select * from oracle.call_register where type = 'call.ringing') as ringing
       using (org_id, id)
  left join (select * from oracle.call_register where type = 'call.answered') as answered
       using (org_id, id)
  left join (select * from oracle.call_register where type = 'call.completed') as completed
       using (org_id, id)
  left join (select * from oracle.call_register where type = 'call.missed') as missed
       using (org_id, id)
  left join (select * from oracle.call_register where type = 'call.forwarded') as forwarded
       using (org_id, id)
  left join (select * from oracle.call_register where type = 'call.menu.selected') as menu
       using (org_id, id)
  left join oracle.call_resolution as resolution using (org_id, id)
  left join oracle.call_phone_number_type as number_type using (org_id, id)
  left join (select * from oracle.activity_participants where kind = 'call') as participants
       using (org_id, id)
  left join (select * from oracle.activity_lookup where kind = 'call') as lookup
       using (org_id, id);

-- Recordings, the set: (not empty?, U or C, i, d).
create view oracle.call_recordings as
select org_id, id as call_id, "position"::int, item ->> 'id' as recording_id,
       oracle.number(item -> 'duration') as duration_seconds,
       oracle.instant(item ->> 'startTime') as started_at, item ->> 'type' as type,
       item ->> 'url' as url
  from (select distinct on (org_id, id) *
          from (select org_id, resource ->> 'id' as id, resource -> 'recordings' as recordings,
                       coalesce(u, c) as v, i, d
                  from oracle.event where type = 'call.recording.completed') as o
         order by org_id, id, jsonb_array_length(recordings) > 0 desc, v desc, i desc, d desc)
       as winner,
       oracle.items(recordings);

-- Summaries and transcripts: (rank of the status; C; i; d), whole.
create view oracle.processed as
select org_id, type, resource ->> 'callId' as call_id, resource ->> 'processingStatus' as status,
       coalesce(array_position(array['absent', 'in-progress', 'failed', 'completed'],
                               resource ->> 'processingStatus'), 0) as rank,
       c, i, d, resource
  from oracle.event where type in ('call.summary.completed', 'call.transcript.completed');

create view oracle.call_summaries as
select org_id, call_id, whole.status,
       oracle.texts(whole.resource -> 'summary')               as summary,
       oracle.texts(whole.resource -> 'nextSteps')             as next_steps,
       latest.resource ->> 'fromPhoneNumber'                   as from_phone_number,
       (latest.resource ->> 'handledByAiAgent')::boolean       as handled_by_ai_agent,
       latest.resource ->> 'answeredByUserId'                  as answered_by_user_id,
       oracle.json(whole.resource -> 'jobs')                   as jobs
  from (select distinct on (org_id, call_id) * from oracle.processed
         where type = 'call.summary.completed'
         order by org_id, call_id, rank desc, c desc, i desc, d desc) as whole
  join (select distinct on (org_id, call_id) * from oracle.processed
         where type = 'call.summary.completed'
         order by org_id, call_id, c desc, i desc, d desc) as latest using (org_id, call_id);

create view oracle.transcript as
select distinct on (org_id, call_id) * from oracle.processed
 where type = 'call.transcript.completed'
 order by org_id, call_id, rank desc, c desc, i desc, d desc;

create view oracle.call_transcripts as
select org_id, call_id, status, oracle.instant(resource ->> 'createdAt') as created_at,
       oracle.number(resource -> 'duration') as duration_seconds
  from oracle.transcript;

create view oracle.call_transcript_lines as
select org_id, call_id, "position"::int, item ->> 'userId' as user_id,
       item ->> 'identifier' as identifier, item ->> 'content' as content,
       oracle.number(item -> 'start') as start_seconds, oracle.number(item -> 'end') as end_seconds
  from oracle.transcript, oracle.items(resource -> 'dialogue');

-- Voicemails: the row by (U or C, i, d); transcript and recording_url led by (not null?).
create view oracle.voicemail_event as
select *, resource ->> 'id' as id, coalesce(u, c) as v
  from oracle.event where type = 'call.voicemail.completed';

create view oracle.voicemails as
select org_id, id,
       whole.resource ->> 'voicemailId'                    as voicemail_id,
       whole.resource ->> 'callId'                         as call_id,
       whole.resource ->> 'direction'                      as direction,
       oracle.number(whole.resource -> 'duration')         as duration_seconds,
       whole.resource ->> 'from'                           as from_number,
       whole.resource ->> 'to'                             as to_number,
       transcript.value                                    as transcript,
       recording.value                                     as recording_url,
       whole.context ->> 'phoneNumberId'                   as phone_number_id,
       whole.context ->> 'conversationId'                  as conversation_id,
       whole.context ->> 'userId'                          as user_id,
       lookup.contact_lookup,
       participants.external                               as external_participants,
       oracle.instant(whole.resource ->> 'createdAt')      as created_at,
       whole.u                                             as updated_at
  from (select distinct on (org_id, id) * from oracle.voicemail_event
         order by org_id, id, v desc, i desc, d desc) as whole
  join (select distinct on (org_id, id) org_id, id, resource ->> 'transcript' as value
          from oracle.voicemail_event
         order by org_id, id, resource ->> 'transcript' is not null desc,
                  v desc, i desc, d desc) as transcript using (org_id, id)
  join (select distinct on (org_id, id) org_id, id, resource ->> 'recordingUrl' as value
          from oracle.voicemail_event
         order by org_id, id, resource ->> 'recordingUrl' is not null desc,
                  v desc, i desc, d desc) as recording using (org_id, id)
  left join (select * from oracle.activity_participants where kind = 'voicemail') as participants
       using (org_id, id)
  left join (select * from oracle.activity_lookup where kind = 'voicemail') as lookup
       using (org_id, id);
