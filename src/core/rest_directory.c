/* rest_directory.c - users and phone numbers, which only REST knows. */
#include "core/rest.h"
#include "core/rest_read.h"

struct rest_user_item {
    const char *id, *email, *first_name, *last_name, *role, *picture_url;
    struct quosync_instant created, updated;
};

#define USER(member) offsetof(struct rest_user_item, member)

static const struct member user_members[] = {
    { "id", MEMBER_ID, MEMBER_REQUIRED, USER(id), 0 },
    { "email", MEMBER_TEXT, 0, USER(email), 0 },
    { "firstName", MEMBER_TEXT, 0, USER(first_name), 0 },
    { "lastName", MEMBER_TEXT, 0, USER(last_name), 0 },
    { "role", MEMBER_TEXT, 0, USER(role), 0 },
    { "pictureUrl", MEMBER_TEXT, 0, USER(picture_url), 0 },
    { "createdAt", MEMBER_INSTANT, 0, USER(created), 0 },
    { "updatedAt", MEMBER_INSTANT, 0, USER(updated), 0 },
};

struct rest_number_item {
    const char *id, *group_id, *name, *number, *formatted, *porting_status, *symbol;
    struct quosync_instant created, updated;
};

#define NUMBER(member) offsetof(struct rest_number_item, member)

static const struct member number_members[] = {
    { "id", MEMBER_ID, MEMBER_REQUIRED, NUMBER(id), 0 },
    { "groupId", MEMBER_ID, 0, NUMBER(group_id), 0 },
    { "name", MEMBER_TEXT, 0, NUMBER(name), 0 },
    { "phoneNumber", MEMBER_TEXT, MEMBER_REQUIRED, NUMBER(number), 0 },
    { "formattedNumber", MEMBER_TEXT, 0, NUMBER(formatted), 0 },
    { "portingStatus", MEMBER_TEXT, 0, NUMBER(porting_status), 0 },
    { "symbol", MEMBER_TEXT, 0, NUMBER(symbol), 0 },
    { "createdAt", MEMBER_INSTANT, 0, NUMBER(created), 0 },
    { "updatedAt", MEMBER_INSTANT, 0, NUMBER(updated), 0 },
};

/* The row's register, at (T, d), and that it was seen; true when values are asked for. */
static bool
observe_row(struct quosync_fold *fold, enum quosync_table table, const char *id,
            const struct observation *observation, struct put *put)
{
    struct quosync_row *row = fold_row(fold, table, id);
    struct version version = { .n = 0 };

    if (row == NULL)
        return false;
    observe_sighting(fold, row, observation->at_us, false);
    version_instant(&version, observation->at_us);
    version_digest(&version, observation->digest);
    return fold_observe(fold, row, DIRECTORY_ROW, &version, put);
}

bool
rest_user(struct quosync_fold *fold, json_t *json, int64_t at_us, struct quosync_error *err)
{
    AUTO(rest_read_done) struct rest_read read = { .top = { 0 } };
    struct rest_user_item item = { .id = NULL };
    struct put put;

    if (!rest_read_start(&read, json, false, at_us, err) ||
        !members_read(&read.reader, &read.top, user_members, COUNT_OF(user_members), &item))
        return false;
    if (observe_row(fold, QUOSYNC_USERS, item.id, &read.observation, &put)) {
        put_text(&put, USER_EMAIL, item.email);
        put_text(&put, USER_FIRST_NAME, item.first_name);
        put_text(&put, USER_LAST_NAME, item.last_name);
        put_text(&put, USER_ROLE, item.role);
        put_text(&put, USER_PICTURE_URL, item.picture_url);
        put_instant(&put, USER_CREATED_AT, item.created);
        put_instant(&put, USER_UPDATED_AT, item.updated);
    }
    return rest_read_folded(fold, err);
}

bool
rest_phone_number(struct quosync_fold *fold, json_t *json, int64_t at_us,
                  struct quosync_error *err)
{
    AUTO(rest_read_done) struct rest_read read = { .top = { 0 } };
    struct rest_number_item item = { .id = NULL };
    struct put put;

    if (!rest_read_start(&read, json, false, at_us, err) ||
        !members_read(&read.reader, &read.top, number_members, COUNT_OF(number_members), &item))
        return false;
    if (observe_row(fold, QUOSYNC_PHONE_NUMBERS, item.id, &read.observation, &put)) {
        put_text(&put, PHONE_GROUP_ID, item.group_id);
        put_text(&put, PHONE_NAME, item.name);
        put_text(&put, PHONE_NUMBER, item.number);
        put_text(&put, PHONE_FORMATTED, item.formatted);
        put_text(&put, PHONE_PORTING_STATUS, item.porting_status);
        put_text(&put, PHONE_SYMBOL, item.symbol);
        put_instant(&put, PHONE_CREATED_AT, item.created);
        put_instant(&put, PHONE_UPDATED_AT, item.updated);
    }
    return rest_read_folded(fold, err);
}
