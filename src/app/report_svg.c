/*
 * report_svg.c - what the charts have in common: the frame with its text
 * alternative, text, legends, scales and grids. Colours are the style sheet's.
 */
#include "app/report_svg.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "app/html.h"

#define LEGEND_HEIGHT 22.0
#define LEGEND_MARK 12.0

void
svg_px(FILE *file, double px)
{
    const int64_t tenths = (int64_t)llround(fabs(px) * 10);

    (void)fprintf(file, "%s%" PRId64, px < 0 && tenths > 0 ? "-" : "", tenths / 10);
    if (tenths % 10 != 0)
        (void)fprintf(file, ".%" PRId64, tenths % 10);
}

void
svg_at(FILE *file, const char *name, double px)
{
    (void)fprintf(file, " %s=\"", name);
    svg_px(file, px);
    (void)fputc('"', file);
}

void
svg_open(const struct svg *svg, double height, const char *description)
{
    const char *class = svg->narrow ? "narrow" : "wide";

    (void)fprintf(svg->file, "<svg class=\"%s\" role=\"img\" viewBox=\"0 0 ", class);
    svg_px(svg->file, svg->width);
    (void)fputc(' ', svg->file);
    svg_px(svg->file, height);
    (void)fprintf(svg->file, "\" aria-labelledby=\"%s-%s-t %s-%s-d\">", svg->id, class, svg->id,
                  class);
    (void)fprintf(svg->file, "<title id=\"%s-%s-t\">", svg->id, class);
    html_text(svg->file, svg->title);
    (void)fprintf(svg->file, "</title><desc id=\"%s-%s-d\">", svg->id, class);
    html_text(svg->file, description);
    (void)fputs(" The table below holds the numbers.</desc>\n", svg->file);
}

void
svg_close(const struct svg *svg)
{
    (void)fputs("</svg>\n", svg->file);
}

static void
rectangle(const struct svg *svg, double x, double y, double width, double height)
{
    (void)fputs("<rect", svg->file);
    svg_at(svg->file, "x", x);
    svg_at(svg->file, "y", y);
    svg_at(svg->file, "width", width);
    svg_at(svg->file, "height", height);
}

/* The second and the third series are hatched, too: colour alone tells nobody apart. */
void
svg_bar(const struct svg *svg, double x, double y, double width, double height, size_t series)
{
    rectangle(svg, x, y, width, height);
    (void)fprintf(svg->file, " class=\"s%zu\"/>", series + 1);
    if (series == 1 || series == 2) {
        rectangle(svg, x, y, width, height);
        (void)fprintf(svg->file, " fill=\"url(#hatch%zu)\"/>", series + 1);
    }
}

void
svg_text(const struct svg *svg, double x, double y, const char *anchor, const char *class,
         const char *text, double width)
{
    (void)fputs("<text", svg->file);
    svg_at(svg->file, "x", x);
    svg_at(svg->file, "y", y);
    if (strcmp(anchor, "start") != 0)
        (void)fprintf(svg->file, " text-anchor=\"%s\"", anchor);
    if (class != NULL)
        (void)fprintf(svg->file, " class=\"%s\"", class);
    (void)fputc('>', svg->file);
    if (width > 0)
        html_text_cut(svg->file, text, (size_t)(width / SVG_CHARACTER_PX));
    else
        html_text(svg->file, text);
    (void)fputs("</text>", svg->file);
}

void
svg_number(const struct svg *svg, double x, double y, const char *anchor, const char *class,
           double value)
{
    char text[CHART_LABEL_SIZE];

    svg_text(svg, x, y, anchor, class, chart_label(value, svg->data->unit, text), 0);
}

/* ---- the legend ---- */

static void
mark(const struct svg *svg, double x, double y, size_t series, bool lines)
{
    if (!lines) {
        svg_bar(svg, x, y, LEGEND_MARK, LEGEND_MARK, series);
        return;
    }
    (void)fprintf(svg->file, "<path class=\"l%zu\" d=\"M", series + 1);
    svg_px(svg->file, x);
    (void)fputc(' ', svg->file);
    svg_px(svg->file, y + LEGEND_MARK / 2);
    (void)fputs("h22\"/>", svg->file);
}

/* Where the legend's next name goes; a line that is full is followed by another. */
struct legend {
    double x, y, mark_width;
};

static double
place_name(const struct svg *svg, const char *name, struct legend *legend)
{
    const double width =
        legend->mark_width + (double)html_characters(name) * SVG_CHARACTER_PX + 18;

    if (legend->x > 0 && legend->x + width > svg->width) {
        legend->x = 0;
        legend->y += LEGEND_HEIGHT;
    }
    return width;
}

double
svg_legend_height(const struct svg *svg, bool lines)
{
    struct legend legend = { .mark_width = (lines ? 22 : LEGEND_MARK) + 6 };

    if (svg->data->n_series < 2)
        return 0;
    for (size_t s = 0; s < svg->data->n_series; s++)
        legend.x += place_name(svg, svg->data->names[s], &legend);
    return legend.y + LEGEND_HEIGHT + 6;
}

void
svg_legend(const struct svg *svg, bool lines)
{
    struct legend legend = { .mark_width = (lines ? 22 : LEGEND_MARK) + 6 };

    if (svg->data->n_series < 2)
        return;
    for (size_t s = 0; s < svg->data->n_series; s++) {
        const char *name = svg->data->names[s];
        const double width = place_name(svg, name, &legend);

        mark(svg, legend.x, legend.y, s, lines);
        svg_text(svg, legend.x + legend.mark_width, legend.y + 10, "start", "name", name, 0);
        legend.x += width;
    }
    (void)fputc('\n', svg->file);
}

/* ---- scales ---- */

/* The least of 1, 2, 5 times a power of ten that is not below step. */
static double
round_step(double step)
{
    const double power = pow(10, floor(log10(step)));
    const double lead = step / power;

    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
}

static double
round_seconds(double step)
{
    static const double steps[] = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600,
                                    7200, 10800, 21600, 43200, 86400 };

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (step <= steps[i])
            return steps[i];
    return 86400 * round_step(step / 86400);
}

void
svg_scale_make(double greatest, enum page_type unit, size_t most_steps, struct svg_scale *scale)
{
    double step;

    if (!(greatest > 0))
        greatest = 1;
    step = greatest / (double)most_steps;
    if (unit == PAGE_DURATION)
        step = round_seconds(step);
    else
        step = round_step(step < 1 && greatest > 1 ? 1 : step);
    scale->step = step;
    scale->top = ceil(greatest / step - 1e-9) * step;
}

void
svg_grid(const struct svg *svg, const struct svg_scale *scale, double left, double top,
         double height)
{
    const size_t steps = (size_t)llround(scale->top / scale->step);

    for (size_t i = 0; i <= steps; i++) {
        const double y = top + height - height * (double)i / (double)steps;

        (void)fprintf(svg->file, "<path class=\"%s\" d=\"M", i == 0 ? "axis" : "grid");
        svg_px(svg->file, left);
        (void)fputc(' ', svg->file);
        svg_px(svg->file, y);
        (void)fputc('H', svg->file);
        svg_px(svg->file, svg->width);
        (void)fputs("\"/>", svg->file);
        svg_number(svg, left - 7, y + 4, "end", NULL, (double)i * scale->step);
    }
    (void)fputc('\n', svg->file);
}

const char *
svg_place_name(const struct chart_data *data, size_t place, char text[32])
{
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    const char *label = data->labels[place];
    int month, day;

    if (!data->dates)
        return label;
    month = (label[5] - '0') * 10 + label[6] - '0';
    day = (label[8] - '0') * 10 + label[9] - '0';
    if (month < 1 || month > 12)
        return label;
    /* The year is told where it changes. */
    (void)snprintf(text, 32, "%d %s%s%.4s", day, months[month - 1],
                   month == 1 && day <= (int)data->merged ? " " : "",
                   month == 1 && day <= (int)data->merged ? label : "");
    return text;
}

void
svg_places(const struct svg *svg, double left, double width, double y)
{
    const size_t n = svg->data->n_labels;
    const double each = width / (double)n;
    double widest = 0;
    size_t every;

    for (size_t i = 0; i < n; i++) {
        char text[32];
        const double px =
            (double)html_characters(svg_place_name(svg->data, i, text)) * SVG_CHARACTER_PX;

        widest = px > widest ? px : widest;
    }
    if (widest > 130)
        widest = 130;
    every = (size_t)ceil((widest + 10) / each);
    /* Days are best told a week apart. */
    if (svg->data->dates && svg->data->merged == 1 && every > 2)
        every = (every + 6) / 7 * 7;
    for (size_t i = 0; i < n; i += every) {
        const double middle = left + each * ((double)i + 0.5);
        const double room = each * (double)every;
        char text[32];
        const char *name = svg_place_name(svg->data, i, text);
        const double half = (double)html_characters(name) * SVG_CHARACTER_PX / 2;

        /* The last may not reach over the edge, nor into the one before. */
        if (middle + half <= svg->width)
            svg_text(svg, middle, y, "middle", NULL, name, room);
        else if (i == 0 || svg->width - 2 * half >= middle - room + half + 8)
            svg_text(svg, svg->width, y, "end", NULL, name, room);
    }
    (void)fputc('\n', svg->file);
}
