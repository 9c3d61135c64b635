//! Bars in groups, to a logarithmic scale, as SVG.

use std::fmt::{self, Write};

const LABELS: f64 = 190.0;
const PLOT: f64 = 560.0;
const BAR: f64 = 7.0;
const GAP: f64 = 8.0;
const TOP: f64 = 64.0;
const BOTTOM: f64 = 30.0;
const WIDTH: f64 = LABELS + PLOT + 30.0;
const COLOURS: [&str; 6] = [
    "#0072b2", "#999999", "#d55e00", "#e69f00", "#009e73", "#cc79a7",
];

/// A name, and a number for each series that has one.
pub(super) type Group = (String, Vec<Option<f64>>);

/// What is drawn.
pub(super) struct Chart {
    pub(super) title: String,
    pub(super) series: Vec<String>,
    pub(super) groups: Vec<Group>,
    /// Where bars begin; at the smallest number where there is none.
    pub(super) base: Option<f64>,
    /// How a number at the scale is written.
    pub(super) show: fn(f64) -> String,
}

/// Powers of ten from left to right.
#[derive(Clone, Copy)]
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn x(self, value: f64) -> f64 {
        LABELS + PLOT * (value.log10() - self.low) / (self.high - self.low)
    }
}

impl Chart {
    pub(super) fn draw(&self, out: &mut impl Write) -> fmt::Result {
        let group_height = BAR * self.series.len() as f64 + GAP;
        let bottom = TOP + group_height * self.groups.len() as f64;
        let height = bottom + BOTTOM;
        let scale = self.scale();
        let base = self.base.unwrap_or_else(|| 10_f64.powf(scale.low));
        writeln!(
            out,
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" font-size="11">"#
        )?;
        rectangle(out, (0.0, 0.0), (WIDTH, height), "#ffffff")?;
        text(out, (12.0, 22.0), "start", &self.title)?;
        self.legend(out)?;
        self.grid(out, scale, base, bottom)?;
        for (index, (name, values)) in self.groups.iter().enumerate() {
            let top = TOP + group_height * index as f64;
            let middle = top + (group_height - GAP) / 2.0 + 4.0;
            text(out, (LABELS - 8.0, middle), "end", name)?;
            for (row, (value, colour)) in values.iter().zip(COLOURS).enumerate() {
                let Some(value) = value else { continue };
                let (one, end) = (scale.x(base), scale.x(*value));
                let corner = (one.min(end), top + BAR * row as f64);
                rectangle(out, corner, ((end - one).abs().max(1.0), BAR - 1.0), colour)?;
            }
        }
        writeln!(out, "</svg>")
    }

    /// From the power of ten below all numbers to the one above.
    fn scale(&self) -> Scale {
        let values = self.groups.iter().flat_map(|(_, values)| values);
        let values = values.flatten().chain(&self.base);
        let ends = (f64::INFINITY, f64::NEG_INFINITY);
        let (low, high) = values.fold(ends, |(low, high), value| {
            (low.min(*value), high.max(*value))
        });
        if low > high {
            return Scale {
                low: 0.0,
                high: 1.0,
            };
        }
        let low = low.log10().floor();
        Scale {
            low,
            high: high.log10().ceil().max(low + 1.0),
        }
    }

    fn grid(&self, out: &mut impl Write, scale: Scale, base: f64, bottom: f64) -> fmt::Result {
        for power in scale.low as i32..=scale.high as i32 {
            let value = 10_f64.powi(power);
            let x = scale.x(value);
            let is_base = (value - base).abs() < value * 1e-6;
            let colour = if is_base { "#333333" } else { "#dddddd" };
            writeln!(
                out,
                r#"<line x1="{x:.1}" y1="{TOP}" x2="{x:.1}" y2="{bottom:.1}" stroke="{colour}"/>"#
            )?;
            text(out, (x, bottom + 16.0), "middle", &(self.show)(value))?;
        }
        Ok(())
    }

    fn legend(&self, out: &mut impl Write) -> fmt::Result {
        let mut x = 12.0;
        for (name, colour) in self.series.iter().zip(COLOURS) {
            rectangle(out, (x, 36.0), (10.0, 10.0), colour)?;
            text(out, (x + 15.0, 45.0), "start", name)?;
            x += 110.0;
        }
        Ok(())
    }
}

fn rectangle(
    out: &mut impl Write,
    (x, y): (f64, f64),
    (width, height): (f64, f64),
    colour: &str,
) -> fmt::Result {
    writeln!(
        out,
        r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="{colour}"/>"#
    )
}

fn text(out: &mut impl Write, (x, y): (f64, f64), anchor: &str, text: &str) -> fmt::Result {
    writeln!(
        out,
        r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{text}</text>"#
    )
}
