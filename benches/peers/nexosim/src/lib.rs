#[path = "../../model_a.rs"]
pub mod model_a;
