/*
 * report_svg_columns.c - columns and lines: places from left to right, most
 * often days, over a scale.
 */
#include <math.h>

#include "app/html.h"
#include "app/report_svg.h"

/* The plot within the picture. */
struct plot {
    struct svg_scale scale;
    double left, top, width, height;
};

static double
value_at(const struct chart_data *data, size_t place, size_t series)
{
    return data->values[place * data->n_series + series];
}

static double
total(const struct chart_data *data, size_t place)
{
    double sum = 0;

    for (size_t s = 0; s < data->n_series; s++)
        if (value_at(data, place, s) > 0)
            sum += value_at(data, place, s);
    return sum;
}

/* The greatest of what the scale must hold, and where. */
static double
greatest(const struct chart_data *data, bool stacked, size_t *place)
{
    double most = 0;

    *place = 0;
    for (size_t i = 0; i < data->n_labels; i++) {
        double value = stacked ? total(data, i) : 0;

        for (size_t s = 0; !stacked && s < data->n_series; s++)
            value = fmax(value, value_at(data, i, s)); /* fmax takes no notice of NAN */
        if (value > most) {
            most = value;
            *place = i;
        }
    }
    return most;
}

static void
describe(const struct svg *svg, double most, size_t place, const char *what, char *text,
         size_t size)
{
    const struct chart_data *data = svg->data;
    char number[CHART_LABEL_SIZE];

    (void)snprintf(text, size, "%zu %s, from %.80s to %.80s. The highest is %s, at %.80s.",
                   data->n_labels, what, data->labels[0], data->labels[data->n_labels - 1],
                   chart_label(most, data->unit, number), data->labels[place]);
}

/* The frame that both have: legend, grid, labels. */
static void
open_plot(const struct svg *svg, bool lines, struct plot *plot)
{
    const struct chart_data *data = svg->data;
    char description[400], number[CHART_LABEL_SIZE];
    size_t place;
    const double most = greatest(data, !lines, &place);

    svg_scale_make(data->unit == PAGE_PERCENT && most <= 100 ? 100 : most, data->unit,
                   svg->narrow ? 4 : 5, &plot->scale);
    plot->left = 12 + SVG_CHARACTER_PX *
                          (double)html_characters(chart_label(plot->scale.top, data->unit, number));
    plot->left = fmax(plot->left, 30);
    if (data->unit == PAGE_DURATION)
        plot->left = fmax(plot->left, 58);
    plot->width = svg->width - plot->left;
    plot->height = svg->narrow ? 150 : 190;
    describe(svg, most, place, lines ? "points" : "columns", description, sizeof description);
    plot->top = svg_legend_height(svg, lines) + 8;
    svg_open(svg, plot->top + plot->height + 24, description);
    svg_legend(svg, lines);
    svg_grid(svg, &plot->scale, plot->left, plot->top, plot->height);
    svg_places(svg, plot->left, plot->width, plot->top + plot->height + 18);
}

static void
tip(const struct svg *svg, size_t place)
{
    const struct chart_data *data = svg->data;

    (void)fputs("<title>", svg->file);
    html_text(svg->file, data->labels[place]);
    if (data->merged > 1)
        (void)fprintf(svg->file, " and the next %zu", data->merged - 1);
    (void)fputc(':', svg->file);
    for (size_t s = 0; s < data->n_series; s++) {
        char number[CHART_LABEL_SIZE];

        (void)fputs(s == 0 ? " " : ", ", svg->file);
        html_text(svg->file, chart_label(value_at(data, place, s), data->unit, number));
        if (data->n_series > 1) {
            (void)fputc(' ', svg->file);
            html_text(svg->file, data->names[s]);
        }
    }
    (void)fputs("</title>", svg->file);
}

void
svg_columns(const struct svg *svg)
{
    const struct chart_data *data = svg->data;
    struct plot plot;

    open_plot(svg, false, &plot);
    const double each = plot.width / (double)data->n_labels;
    const double width = fmin(fmax(each * 0.76, each - 6), 64);

    for (size_t i = 0; i < data->n_labels; i++) {
        const double x = plot.left + each * ((double)i + 0.5) - width / 2;
        double y = plot.top + plot.height;

        (void)fputs("<g>", svg->file);
        tip(svg, i);
        for (size_t s = 0; s < data->n_series; s++) {
            const double height = value_at(data, i, s) / plot.scale.top * plot.height;

            if (!(height > 0))
                continue;
            svg_bar(svg, x, y - height, width, fmax(height - (s > 0 ? 1 : 0), 0.6), s);
            y -= height;
        }
        (void)fputs("</g>\n", svg->file);
    }
    svg_close(svg);
}

static void
point(const struct svg *svg, const struct plot *plot, size_t place, double value)
{
    const double each = plot->width / (double)svg->data->n_labels;

    svg_px(svg->file, plot->left + each * ((double)place + 0.5));
    (void)fputc(' ', svg->file);
    svg_px(svg->file, plot->top + plot->height - fmax(value, 0) / plot->scale.top * plot->height);
}

/* Is there a value, and none beside it? */
static bool
is_alone(const struct chart_data *data, size_t place, size_t series)
{
    return !isnan(value_at(data, place, series)) &&
           (place == 0 || isnan(value_at(data, place - 1, series))) &&
           (place + 1 == data->n_labels || isnan(value_at(data, place + 1, series)));
}

/* A line is broken where there is no value; a value alone is a dot. */
static void
draw_line(const struct svg *svg, const struct plot *plot, size_t series)
{
    bool drawing = false;

    (void)fprintf(svg->file, "<path class=\"l%zu\" d=\"", series + 1);
    for (size_t i = 0; i < svg->data->n_labels; i++) {
        const double value = value_at(svg->data, i, series);

        if (!isnan(value)) {
            (void)fputc(drawing ? 'L' : 'M', svg->file);
            point(svg, plot, i, value);
            if (!drawing)
                (void)fputs("h0", svg->file);
        }
        drawing = !isnan(value);
    }
    (void)fputs("\"/>\n", svg->file);
    for (size_t i = 0; i < svg->data->n_labels; i++)
        if (is_alone(svg->data, i, series)) {
            (void)fprintf(svg->file, "<path class=\"l%zu dot\" d=\"M", series + 1);
            point(svg, plot, i, value_at(svg->data, i, series));
            (void)fputs("h0\"/>\n", svg->file);
        }
}

void
svg_lines(const struct svg *svg)
{
    const struct chart_data *data = svg->data;
    struct plot plot;

    open_plot(svg, true, &plot);
    for (size_t s = data->n_series; s-- > 0;)
        draw_line(svg, &plot, s);
    /* What a pointer finds: a strip for each place. */
    for (size_t i = 0; i < data->n_labels; i++) {
        const double each = plot.width / (double)data->n_labels;

        (void)fputs("<g>", svg->file);
        tip(svg, i);
        (void)fputs("<rect fill=\"none\" pointer-events=\"all\"", svg->file);
        svg_at(svg->file, "x", plot.left + each * (double)i);
        svg_at(svg->file, "y", plot.top);
        svg_at(svg->file, "width", each);
        svg_at(svg->file, "height", plot.height);
        (void)fputs("/></g>\n", svg->file);
    }
    svg_close(svg);
}
