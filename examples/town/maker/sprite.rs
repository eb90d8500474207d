//! Paints a traveller: people, motorbikes with a rider and cars, from simple shapes as large as life.

use super::frame::Frame;
use super::scene::Lens;
use super::street::{Street, lit};
use super::traffic::{Kind, Position, Traveller, Yuv};

const DARK: Yuv = (30, 128, 128);
const GLASS: Yuv = (60, 134, 124);
const SKIN: Yuv = (150, 110, 146);
const TROUSERS: Yuv = (48, 134, 126);
const LAMP: Yuv = (232, 120, 130);
const TAIL_LAMP: Yuv = (110, 100, 210);

/// One traveller's place in the picture.
struct Figure<'a> {
    frame: &'a mut Frame,
    lens: &'a Lens,
    depth: &'a [f32],
    light: f64,
    /// Column of the middle.
    middle: f64,
    at_depth: f64,
}

impl Figure<'_> {
    /// A box `left..right` metres from the middle and `low..high` metres over the ground.
    fn fill(&mut self, (left, right): (f64, f64), (low, high): (f64, f64), colour: Yuv) {
        let colour = lit(colour, self.light);
        let (top, bottom) = (self.lens.row(self.at_depth, high), self.lens.row(self.at_depth, low));
        self.frame.paint(self.columns(left, right), (self.depth, self.at_depth), colour, |_| (top, bottom));
    }

    /// A disc; lamps shine by themselves.
    fn disc(&mut self, x: f64, above: f64, radius: f64, colour: Yuv, shines: bool) {
        let colour = if shines { colour } else { lit(colour, self.light) };
        let row = self.lens.row(self.at_depth, above);
        let pixels = (radius * self.lens.focal / self.at_depth).max(0.8);
        let middle = self.middle + x * self.lens.focal / self.at_depth;
        self.frame.paint((middle - pixels, middle + pixels), (self.depth, self.at_depth), colour, |column| {
            let half = (pixels * pixels - (column - middle) * (column - middle)).max(0.0).sqrt();
            (row - half, row + half)
        });
    }

    fn columns(&self, left: f64, right: f64) -> (f64, f64) {
        let scale = self.lens.focal / self.at_depth;
        (self.middle + left * scale, self.middle + right * scale)
    }
}

/// Paints a traveller where it is at a moment.
pub fn paint(
    frame: &mut Frame,
    lens: &Lens,
    depth: &[f32],
    street: &Street,
    traveller: &Traveller,
    position: Position,
    time_s: f64,
) {
    let (at_depth, middle) = lens.see(position.at);
    let light = (street.light(position.at) * 1.15).min(1.0);
    let to_camera = lens.at.minus(position.at).unit();
    // How much of its side shows, to the left or right, and whether its front does.
    let sideways = position.way.dot(lens.right);
    let comes = position.way.dot(to_camera) > 0.25;
    let goes = position.way.dot(to_camera) < -0.25;
    let mut figure = Figure { frame, lens, depth, light, middle, at_depth };
    match traveller.kind {
        Kind::Pedestrian => {
            let step = (time_s * 6.0 + traveller.sets_out_s).sin() * 0.16;
            figure.fill((-0.14 + step, -0.02 + step), (0.0, 0.85), TROUSERS);
            figure.fill((0.02 - step, 0.14 - step), (0.0, 0.85), TROUSERS);
            figure.fill((-0.22, 0.22), (0.8, 1.4), traveller.colour);
            figure.disc(0.0, 1.55, 0.13, SKIN, false);
        }
        Kind::Motorbike => {
            let (half, wheels) = (0.24 + 0.62 * sideways.abs(), 0.62 * sideways.abs());
            figure.disc(-wheels, 0.28, 0.28, DARK, false);
            figure.disc(wheels, 0.28, 0.28, DARK, false);
            figure.fill((-half, half), (0.36, 0.8), traveller.colour);
            figure.fill((-0.26, 0.26), (0.3, 1.0), traveller.colour);
            figure.fill((-0.2, 0.2), (0.9, 1.4), if traveller.colour.2 > 200 { DARK } else { GLASS });
            figure.disc(0.0, 1.58, 0.16, traveller.colour, false);
        }
        Kind::Car => {
            let half = 0.85 + 1.25 * sideways.abs();
            figure.disc(-half * 0.62, 0.32, 0.32, DARK, false);
            figure.disc(half * 0.62, 0.32, 0.32, DARK, false);
            figure.fill((-half, half), (0.3, 0.95), traveller.colour);
            figure.fill((-half * 0.7, half * 0.7), (0.95, 1.45), GLASS);
            figure.fill((-half * 0.6, half * 0.6), (1.4, 1.5), traveller.colour);
        }
    }
    if street.is_dark() && traveller.kind != Kind::Pedestrian && (comes || goes) {
        let (colour, radius) = if comes { (LAMP, 0.17) } else { (TAIL_LAMP, 0.08) };
        let apart = if traveller.kind == Kind::Car { 0.6 } else { 0.0 };
        figure.disc(-apart, 0.75, radius, colour, true);
        if apart > 0.0 {
            figure.disc(apart, 0.75, radius, colour, true);
        }
    }
}
