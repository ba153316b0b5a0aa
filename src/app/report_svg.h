/*
 * report_svg.h - charts as inline SVG, each twice: wide, and narrow for a phone,
 * where scaled text could not be read. The style sheet shows one of them.
 */
#ifndef QUOSYNC_APP_REPORT_SVG_H
#define QUOSYNC_APP_REPORT_SVG_H

#include "app/report_chart.h"

/* The chart of one report, as it is drawn. */
struct svg {
    FILE *file;
    const struct chart_data *data;
    const char *id;    /* of the report on the page: what ids of the chart begin with */
    const char *title; /* one line */
    bool narrow;
    double width;
};

#define SVG_WIDE 860.0
#define SVG_NARROW 340.0

/* An estimate: the fonts of readers differ. */
#define SVG_CHARACTER_PX 6.6

/* Pixels, in tenths, whatever the locale is. */
void svg_px(FILE *file, double px);

/* Begins the element, with its title and a description in a sentence or two. */
void svg_open(const struct svg *svg, double height, const char *description);
void svg_close(const struct svg *svg);

/* A rectangle of a series (from 0), with what a pointer is told. It may be followed by svg_tip. */
void svg_bar(const struct svg *svg, double x, double y, double width, double height,
             size_t series);

/* An attribute: name="px". */
void svg_at(FILE *file, const char *name, double px);

/* Text at x, y: anchor is start, middle or end; cut to what width holds, 0: never. */
void svg_text(const struct svg *svg, double x, double y, const char *anchor, const char *class,
              const char *text, double width);
/* A number as text. */
void svg_number(const struct svg *svg, double x, double y, const char *anchor, const char *class,
                double value);

/* The names of several series, with their looks, from the top left; its height, 0 for one. */
void svg_legend(const struct svg *svg, bool lines);
double svg_legend_height(const struct svg *svg, bool lines);

/* An axis from 0 to a round number that is not less than greatest. */
struct svg_scale {
    double top;
    double step;
};
void svg_scale_make(double greatest, enum page_type unit, size_t most_steps,
                    struct svg_scale *scale);

/* Lines of a scale, with their numbers; y grows downwards from the top of the plot. */
void svg_grid(const struct svg *svg, const struct svg_scale *scale, double left, double top,
              double height);
/* Labels below places of equal width: as many as find room. */
void svg_places(const struct svg *svg, double left, double width, double y);

/* "2026-11-03" is "3 Nov"; anything else is itself. */
const char *svg_place_name(const struct chart_data *data, size_t place, char text[32]);

void svg_bars(const struct svg *svg);
void svg_columns(const struct svg *svg);
void svg_lines(const struct svg *svg);
void svg_heatmap(const struct svg *svg);

/* How many rows a ranking shows. */
#define SVG_BARS_MAX 15

#endif
