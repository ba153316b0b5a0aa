/*
 * report_svg_heatmap.c - a square for each pair, the darker the more; where
 * there is room, its number in it.
 */
#include <math.h>

#include "app/html.h"
#include "app/report_svg.h"

#define SHADES 6 /* beside that of none */

static double
value_at(const struct chart_data *data, size_t down, size_t across)
{
    return data->values[down * data->n_across + across];
}

/* 0 for none, else from 1 to SHADES, in equal steps. */
static unsigned
shade(double value, double most)
{
    if (!(value > 0))
        return 0;
    return 1 + (unsigned)fmin(floor((value - 1e-9) / most * SHADES), SHADES - 1);
}

static double
greatest(const struct chart_data *data, size_t *down, size_t *across)
{
    double most = 0;

    *down = *across = 0;
    for (size_t i = 0; i < data->n_labels; i++)
        for (size_t j = 0; j < data->n_across; j++)
            if (value_at(data, i, j) > most) {
                most = value_at(data, i, j);
                *down = i;
                *across = j;
            }
    return most;
}

/* Where the squares are. */
struct grid {
    double left, top, width, height; /* of a square: its width and height */
    double most;
    bool numbered; /* each number finds room in its square */
};

static void
square(const struct svg *svg, const struct grid *grid, size_t down, size_t across)
{
    const struct chart_data *data = svg->data;
    const double x = grid->left + grid->width * (double)across;
    const double y = grid->top + grid->height * (double)down;
    const double value = value_at(data, down, across);
    const unsigned colour = shade(value, grid->most);
    char number[CHART_LABEL_SIZE];

    (void)fputs("<g><title>", svg->file);
    html_text(svg->file, data->labels[down]);
    (void)fputc(' ', svg->file);
    html_text(svg->file, data->across[across]);
    (void)fputs(": ", svg->file);
    html_text(svg->file, chart_label(isnan(value) ? 0 : value, data->unit, number));
    (void)fputs("</title><rect", svg->file);
    svg_at(svg->file, "x", x);
    svg_at(svg->file, "y", y);
    svg_at(svg->file, "width", grid->width - 2);
    svg_at(svg->file, "height", grid->height - 2);
    (void)fprintf(svg->file, " rx=\"2\" class=\"h%u\"/>", colour);
    if (value > 0 && grid->numbered) {
        const char class[] = { 'o', 'n', (char)('0' + colour), '\0' };

        svg_text(svg, x + grid->width / 2 - 1, y + grid->height / 2 + 3.2, "middle", class, number,
                 0);
    }
    (void)fputs("</g>\n", svg->file);
}

/* What the shades stand for, from none to the most. */
static void
legend(const struct svg *svg, double left, double y, double most)
{
    const double width = svg->narrow ? 22 : 30;
    double x;

    svg_text(svg, left, y + 10, "start", NULL, "0", 0);
    x = left + 14;
    for (unsigned i = 0; i <= SHADES; i++, x += width) {
        (void)fputs("<rect", svg->file);
        svg_at(svg->file, "x", x);
        svg_at(svg->file, "y", y);
        svg_at(svg->file, "width", width - 2);
        svg_at(svg->file, "height", 12);
        (void)fprintf(svg->file, " rx=\"2\" class=\"h%u\"/>", i);
    }
    svg_number(svg, x + 6, y + 10, "start", NULL, most);
}

static double
widest(const struct chart_data *data)
{
    double most = 0;

    for (size_t i = 0; i < data->n_labels; i++)
        most = fmax(most, (double)html_characters(data->labels[i]) * SVG_CHARACTER_PX);
    return most;
}

static void
lay_out(const struct svg *svg, double most, struct grid *grid)
{
    const struct chart_data *data = svg->data;
    char number[CHART_LABEL_SIZE];

    grid->most = most;
    grid->top = 18;
    grid->left = fmin(widest(data) + 12, svg->narrow ? 76 : 160);
    grid->width = fmin((svg->width - grid->left) / (double)data->n_across, 60);
    grid->height = svg->narrow ? 22 : 27;
    grid->numbered = (double)html_characters(chart_label(most, data->unit, number)) *
                         SVG_CHARACTER_PX < grid->width - 3;
}

/* Above the columns; of hours where they are close, every third or sixth. */
static void
name_columns(const struct svg *svg, const struct grid *grid)
{
    const struct chart_data *data = svg->data;
    size_t every = (size_t)ceil(20 / grid->width);

    if (every > 1 && data->n_across % 24 == 0)
        every = every <= 3 ? 3 : 6;
    for (size_t j = 0; j < data->n_across; j += every)
        svg_text(svg, grid->left + grid->width * ((double)j + 0.5) - 1, 11, "middle", NULL,
                 data->across[j], grid->width * (double)every + 8);
}

void
svg_heatmap(const struct svg *svg)
{
    const struct chart_data *data = svg->data;
    size_t down, across;
    const double most = greatest(data, &down, &across);
    char description[300], number[CHART_LABEL_SIZE];
    struct grid grid;
    double bottom;

    lay_out(svg, most, &grid);
    bottom = grid.top + grid.height * (double)data->n_labels;
    (void)snprintf(description, sizeof description, "%zu by %zu squares. The most is %s, at %.80s "
                   "%.80s.", data->n_labels, data->n_across,
                   chart_label(most, data->unit, number), data->labels[down],
                   data->across[across]);
    svg_open(svg, bottom + 26, description);
    name_columns(svg, &grid);
    for (size_t i = 0; i < data->n_labels; i++) {
        svg_text(svg, grid.left - 8, grid.top + grid.height * ((double)i + 0.5) + 3, "end", "name",
                 data->labels[i], grid.left - 6);
        for (size_t j = 0; j < data->n_across; j++)
            square(svg, &grid, i, j);
    }
    legend(svg, grid.left, bottom + 10, most);
    svg_close(svg);
}
