-- What is beyond the end of lists that became shorter, and links that are no more.
-- Functions, because a DELETE that joins arrays to a table leaves the planner a choice:
-- of a workspace that its statistics do not know it believes that it has one row, and
-- reads all of it for each element. Here each element is a look at the key. They run
-- where something goes, which is seldom: the program knows what each list held.

create function quo.trim_list(list text, workspace text, ids text[], lengths bigint[])
    returns void
    language plpgsql
    set search_path = pg_catalog, quo, pg_temp
as $$
begin
    for i in 1 .. cardinality(ids) loop
        case list
        when 'contact_phone_numbers' then
            delete from quo.contact_phone_numbers t
             where t.org_id = workspace and t.contact_id = ids[i] and t.position > lengths[i];
        when 'contact_emails' then
            delete from quo.contact_emails t
             where t.org_id = workspace and t.contact_id = ids[i] and t.position > lengths[i];
        when 'contact_custom_fields' then
            delete from quo.contact_custom_fields t
             where t.org_id = workspace and t.contact_id = ids[i] and t.position > lengths[i];
        when 'call_recordings' then
            delete from quo.call_recordings t
             where t.org_id = workspace and t.call_id = ids[i] and t.position > lengths[i];
        when 'call_transcript_lines' then
            delete from quo.call_transcript_lines t
             where t.org_id = workspace and t.call_id = ids[i] and t.position > lengths[i];
        end case;
    end loop;
end
$$;
comment on function quo.trim_list(text, text, text[], bigint[]) is
    'Deletes what lists of contacts or calls hold beyond their length. Called by workers.';

create function quo.trim_links(workspace text, kinds text[], ids text[], keep text[])
    returns void
    language plpgsql
    set search_path = pg_catalog, quo, pg_temp
as $$
begin
    for i in 1 .. cardinality(ids) loop
        delete from quo.activity_contacts t
         where t.org_id = workspace and t.activity_kind = kinds[i] and t.activity_id = ids[i]
           and t.contact_id <> all (keep[i]::text[]);
    end loop;
end
$$;
comment on function quo.trim_links(text, text[], text[], text[]) is
    'Deletes the links of activities to contacts that Quo no longer matches; keep holds array literals. Called by workers.';
