/*
 * instant.c - the one parser and the one printer of instants. PostgreSQL's own
 * parser is never asked, because it takes far more than RFC 3339 allows.
 */
#include "core/instant.h"

#include <stdio.h>

#include "core/error.h"

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US (60 * MINUTE_US)

/* 0001-01-01 and the last microsecond of 9999, counted from 1970. */
#define FIRST_DATE_US (INT64_C(-62135596800) * SECOND_US)
#define LAST_US (INT64_C(253402300800) * SECOND_US - 1)

/* The text that is still to be read. */
struct cursor {
    const char *at, *end;
};

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Exactly n digits. */
static bool
take_digits(struct cursor *cursor, int n, int *value)
{
    *value = 0;
    for (int i = 0; i < n; i++) {
        if (cursor->at == cursor->end || !is_digit(*cursor->at))
            return false;
        *value = *value * 10 + (*cursor->at++ - '0');
    }
    return true;
}

static bool
take(struct cursor *cursor, char c)
{
    if (cursor->at == cursor->end || *cursor->at != c)
        return false;
    cursor->at++;
    return true;
}

static bool
is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_of_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return days[month - 1] + (month == 2 && is_leap(year));
}

/*
 * Days from 1970-01-01 in the proleptic Gregorian calendar. Years are counted
 * from March, so that the leap day is the last one; 719468 days lie between
 * 0000-03-01 and 1970-01-01.
 */
static int64_t
days_from_date(int year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1;
    int64_t month_from_march = (month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;

    return y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 719468;
}

/* The inverse, for years 1 to 9999. */
static void
date_from_days(int64_t days, int *year, int *month, int *day)
{
    int64_t shifted = days + 719468;
    int64_t era = shifted / 146097; /* days of 400 years */
    int64_t day_of_era = shifted % 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;

    *day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    *month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    *year = (int)(era * 400 + year_of_era + (*month <= 2));
}

static bool
take_date(struct cursor *cursor, int *year, int64_t *us)
{
    int month, day;

    if (!take_digits(cursor, 4, year) || !take(cursor, '-') ||
        !take_digits(cursor, 2, &month) || !take(cursor, '-') || !take_digits(cursor, 2, &day))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > days_of_month(*year, month))
        return false;
    *us = days_from_date(*year, month, day) * INSTANT_DAY_US;
    return true;
}

/* ".ffff": at least one digit; those after the sixth are cut off. */
static bool
take_fraction(struct cursor *cursor, int64_t *us)
{
    int64_t unit = SECOND_US / 10;

    if (!take(cursor, '.'))
        return true;
    if (cursor->at == cursor->end || !is_digit(*cursor->at))
        return false;
    for (; cursor->at < cursor->end && is_digit(*cursor->at); cursor->at++) {
        *us += (*cursor->at - '0') * unit;
        unit /= 10;
    }
    return true;
}

static bool
take_time(struct cursor *cursor, int64_t *us)
{
    int hour, minute, second;

    if (!take_digits(cursor, 2, &hour) || !take(cursor, ':') ||
        !take_digits(cursor, 2, &minute) || !take(cursor, ':') ||
        !take_digits(cursor, 2, &second))
        return false;
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    *us += hour * HOUR_US + minute * MINUTE_US + second * SECOND_US;
    return take_fraction(cursor, us);
}

static bool
take_offset(struct cursor *cursor, int64_t *us)
{
    int hours, minutes;
    bool east;

    if (take(cursor, 'Z') || take(cursor, 'z'))
        return true;
    east = take(cursor, '+');
    if (!east && !take(cursor, '-'))
        return false;
    if (!take_digits(cursor, 2, &hours) || !take(cursor, ':') ||
        !take_digits(cursor, 2, &minutes))
        return false;
    if (hours > 23 || minutes > 59)
        return false;
    *us += (east ? -1 : 1) * (hours * HOUR_US + minutes * MINUTE_US);
    return true;
}

static bool
take_instant(struct cursor *cursor, int *year, int64_t *us)
{
    return take_date(cursor, year, us) && (take(cursor, 'T') || take(cursor, 't')) &&
           take_time(cursor, us) && take_offset(cursor, us) && cursor->at == cursor->end;
}

bool
quosync_instant_parse(const char *text, size_t bytes, int64_t *us, struct quosync_error *err)
{
    struct cursor cursor = { text, text + bytes };
    int64_t read_us;
    int year;

    if (!take_instant(&cursor, &year, &read_us))
        return error_set(err, QUOSYNC_BAD_INPUT, "not an RFC 3339 instant with an offset");
    /* The year as written and the instant itself: an offset can lead out of the range. */
    if (year < 1970 || read_us < 0 || read_us > LAST_US)
        return error_set(err, QUOSYNC_BAD_INPUT, "an instant outside the years 1970 to 9999");
    *us = read_us;
    return true;
}

bool
instant_parse_date(const char *text, size_t bytes, int64_t *us)
{
    struct cursor plain = { text, text + bytes };
    struct cursor full = plain;
    int64_t read_us;
    int year;

    if (!(take_date(&plain, &year, &read_us) && plain.at == plain.end) &&
        !take_instant(&full, &year, &read_us))
        return false;
    if (year < 1 || read_us < FIRST_DATE_US || read_us > LAST_US)
        return false;
    *us = read_us;
    return true;
}

void
quosync_instant_format(int64_t us, char text[QUOSYNC_INSTANT_SIZE])
{
    int64_t clamped = us < FIRST_DATE_US ? FIRST_DATE_US : us > LAST_US ? LAST_US : us;
    int64_t days = (clamped - FIRST_DATE_US) / INSTANT_DAY_US + FIRST_DATE_US / INSTANT_DAY_US;
    int64_t rest = clamped - days * INSTANT_DAY_US;
    int year, month, day, n;

    date_from_days(days, &year, &month, &day);
    n = snprintf(text, QUOSYNC_INSTANT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day,
                 (int)(rest / HOUR_US), (int)(rest / MINUTE_US % 60), (int)(rest / SECOND_US % 60));
    if (rest % SECOND_US != 0) {
        n += snprintf(text + n, QUOSYNC_INSTANT_SIZE - (size_t)n, ".%06d",
                      (int)(rest % SECOND_US));
        while (text[n - 1] == '0')
            n--;
    }
    text[n] = 'Z';
    text[n + 1] = '\0';
}
