//! The colours of the classes are told apart by readers with any form of colour blindness.

use pop_map::ChangeClass;

/// Severity 1.0: G. Machado, M. Oliveira, L. Fernandes, "A physiologically-based model for simulation of color vision deficiency" (2009).
const SIMULATED: [(&str, [[f64; 3]; 3]); 4] = [
    (
        "normal",
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    ),
    (
        "protan",
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
    ),
    (
        "deutan",
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    ),
    (
        "tritan",
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ),
];

fn product(matrix: &[[f64; 3]; 3], vector: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum())
}

/// Linear red, green and blue of `#rrggbb`.
fn linear(colour: &str) -> [f64; 3] {
    [1, 3, 5].map(|at| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap_or(0)) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    })
}

/// CIE L*a*b*, D65.
fn lab(linear: [f64; 3]) -> [f64; 3] {
    let xyz = product(
        &[
            [0.412_456_4, 0.357_576_1, 0.180_437_5],
            [0.212_672_9, 0.715_152_2, 0.072_175_0],
            [0.019_333_9, 0.119_192_0, 0.950_304_1],
        ],
        linear.map(|value| value.clamp(0.0, 1.0)),
    );
    let f = |value: f64| {
        if value > 216.0 / 24_389.0 {
            value.cbrt()
        } else {
            (24_389.0 / 27.0 * value + 16.0) / 116.0
        }
    };
    let [x, y, z] = [f(xyz[0] / 0.950_47), f(xyz[1]), f(xyz[2] / 1.088_83)];
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// CIEDE2000: G. Sharma, W. Wu, E. Dalal, "The CIEDE2000 color-difference formula" (2005).
fn ciede2000(one: [f64; 3], two: [f64; 3]) -> f64 {
    let seventh = 25_f64.powi(7);
    let mean = f64::midpoint(one[1].hypot(one[2]), two[1].hypot(two[2])).powi(7);
    let stretch = 1.0 + 0.5 * (1.0 - (mean / (mean + seventh)).sqrt());
    let (a1, a2) = (one[1] * stretch, two[1] * stretch);
    let (c1, c2) = (a1.hypot(one[2]), a2.hypot(two[2]));
    let (h1, h2) = (
        one[2].atan2(a1).to_degrees().rem_euclid(360.0),
        two[2].atan2(a2).to_degrees().rem_euclid(360.0),
    );
    let is_grey = c1 * c2 == 0.0;
    let turn = if is_grey {
        0.0
    } else {
        (h2 - h1 + 180.0).rem_euclid(360.0) - 180.0
    };
    let (dl, dc) = (two[0] - one[0], c2 - c1);
    let dh = 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin();
    let (l, c) = (f64::midpoint(one[0], two[0]), f64::midpoint(c1, c2));
    let h = if is_grey {
        h1 + h2
    } else {
        (h1 + turn / 2.0).rem_euclid(360.0)
    };
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(h - 30.0) + 0.24 * cos(2.0 * h) + 0.32 * cos(3.0 * h + 6.0)
        - 0.20 * cos(4.0 * h - 63.0);
    let rotation = 30.0 * (-((h - 275.0) / 25.0).powi(2)).exp();
    let rc = 2.0 * (c.powi(7) / (c.powi(7) + seventh)).sqrt();
    let sl = 1.0 + 0.015 * (l - 50.0).powi(2) / (20.0 + (l - 50.0).powi(2)).sqrt();
    let (sc, sh) = (1.0 + 0.045 * c, 1.0 + 0.015 * c * t);
    let rt = -(2.0 * rotation).to_radians().sin() * rc;
    ((dl / sl).powi(2) + (dc / sc).powi(2) + (dh / sh).powi(2) + rt * (dc / sc) * (dh / sh)).sqrt()
}

#[test]
fn the_formula_gives_the_published_values() {
    // Pairs 1, 7 and 17 of Sharma et al., table 1.
    for (one, two, expected) in [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
    ] {
        let found = ciede2000(one, two);
        assert!((found - expected).abs() < 1e-4, "{found} {expected}");
    }
}

#[test]
fn any_two_classes_differ_for_every_reader() {
    let classes = [
        ChangeClass::LargeFall,
        ChangeClass::Fall,
        ChangeClass::Small,
        ChangeClass::Rise,
        ChangeClass::LargeRise,
        ChangeClass::New,
    ];
    for (reader, matrix) in &SIMULATED {
        let colours = classes.map(|class| lab(product(matrix, linear(class.colour()))));
        for (index, one) in colours.iter().enumerate() {
            for (other, two) in colours.iter().enumerate().skip(index + 1) {
                let difference = ciede2000(*one, *two);
                assert!(
                    difference >= 15.0,
                    "{reader}: {:?} and {:?}: {difference:.1}",
                    classes[index],
                    classes[other]
                );
            }
        }
    }
}

#[test]
fn limits_belong_to_the_larger_change() {
    let class = |old: f64, new: f64| ChangeClass::of_change((new - old) / old);
    assert_eq!(class(100.0, 110.0), ChangeClass::Rise);
    assert_eq!(class(1_000.0, 1_099.0), ChangeClass::Small);
    assert_eq!(class(100.0, 90.0), ChangeClass::Fall);
    assert_eq!(class(100.0, 120.0), ChangeClass::LargeRise);
    assert_eq!(class(100.0, 80.0), ChangeClass::LargeFall);
    assert_eq!(class(100.0, 80.1), ChangeClass::Fall);
}
