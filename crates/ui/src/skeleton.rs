use leptos::prelude::*;

/// What stands in the place of something that loads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SkeletonShape {
    /// A line of text.
    #[default]
    Line,
    /// Fills its place: a chart, a tile.
    Block,
    /// An avatar.
    Circle,
}

/// The final layout in grey, seen only when loading takes more than 300 ms.
#[component]
pub fn Skeleton(
    /// `Line` unless given.
    #[prop(optional)]
    shape: SkeletonShape,
    /// Of a line: how much of the width, in percent.
    #[prop(default = 100)]
    width: u8,
    /// How many, one under the other.
    #[prop(default = 1)]
    count: u8,
) -> impl IntoView {
    let class = match shape {
        SkeletonShape::Line => "skeleton skeleton--line",
        SkeletonShape::Block => "skeleton skeleton--block",
        SkeletonShape::Circle => "skeleton skeleton--circle",
    };
    let style = (width < 100).then(|| ["inline-size:", &width.to_string(), "%"].concat());
    (0..count).map(|_| view! { <span class=class style=style.clone() aria-hidden="true"></span> }).collect_view()
}
