/*
 * report_svg_bars.c - a ranking: a bar for each row, its name before it (on a
 * phone above it), its number after it.
 */
#include <math.h>

#include "app/html.h"
#include "app/report_svg.h"

#define NAME_WIDTH 220.0
#define NUMBER_WIDTH 78.0

static double
total(const struct chart_data *data, size_t row)
{
    double sum = NAN;

    for (size_t s = 0; s < data->n_series; s++) {
        const double value = data->values[row * data->n_series + s];

        if (!isnan(value))
            sum = isnan(sum) ? value : sum + value;
    }
    return sum;
}

static void
describe(const struct svg *svg, size_t shown, char *text, size_t size)
{
    const struct chart_data *data = svg->data;
    char number[CHART_LABEL_SIZE];
    size_t most = 0;

    for (size_t row = 1; row < shown; row++)
        if (total(data, row) > total(data, most))
            most = row;
    (void)snprintf(text, size, "%zu bars. The longest is %.80s with %s.", shown,
                   data->labels[most], chart_label(total(data, most), data->unit, number));
}

/* One row's bars from x on; returns where they end. */
static double
stack(const struct svg *svg, size_t row, double x, double y, double height, double px_per_unit)
{
    const struct chart_data *data = svg->data;

    for (size_t s = 0; s < data->n_series; s++) {
        const double value = data->values[row * data->n_series + s];
        char number[CHART_LABEL_SIZE];

        if (!(value > 0))
            continue;
        (void)fputs("<g><title>", svg->file);
        html_text(svg->file, data->labels[row]);
        (void)fputs(": ", svg->file);
        html_text(svg->file, chart_label(value, data->unit, number));
        if (data->n_series > 1) {
            (void)fputc(' ', svg->file);
            html_text(svg->file, data->names[s]);
        }
        (void)fputs("</title>", svg->file);
        /* A pixel of the ground between two, but never no bar at all. */
        svg_bar(svg, x, y, fmax(value * px_per_unit - (data->n_series > 1 ? 1 : 0), 0.8), height,
                s);
        (void)fputs("</g>", svg->file);
        x += value * px_per_unit;
    }
    return x;
}

void
svg_bars(const struct svg *svg)
{
    const struct chart_data *data = svg->data;
    const size_t shown = data->n_labels < SVG_BARS_MAX ? data->n_labels : SVG_BARS_MAX;
    const double top = svg_legend_height(svg, false);
    const double row_height = svg->narrow ? 40 : 27;
    const double left = svg->narrow ? 0 : NAME_WIDTH;
    const double room = svg->width - left - NUMBER_WIDTH;
    double greatest = 0;
    char description[256];

    for (size_t row = 0; row < shown; row++)
        if (total(data, row) > greatest)
            greatest = total(data, row);
    describe(svg, shown, description, sizeof description);
    svg_open(svg, top + row_height * (double)shown, description);
    svg_legend(svg, false);
    for (size_t row = 0; row < shown; row++) {
        const double y = top + row_height * (double)row;
        double end;

        if (svg->narrow)
            svg_text(svg, 0, y + 12, "start", "name", data->labels[row], svg->width);
        else
            svg_text(svg, NAME_WIDTH - 12, y + 16, "end", "name", data->labels[row],
                     NAME_WIDTH - 12);
        end = stack(svg, row, left, y + (svg->narrow ? 18 : 4), svg->narrow ? 14 : 17,
                    greatest > 0 ? room / greatest : 0);
        svg_number(svg, end + 7, y + (svg->narrow ? 29 : 17), "start", "value", total(data, row));
        (void)fputc('\n', svg->file);
    }
    svg_close(svg);
}
