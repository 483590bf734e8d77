//! What a spell may know of the models there are.

use serde_json::{Value, json};

use super::Agents;

impl Agents {
    /// The providers of which a model is granted, each with those models.
    ///
    /// `some`: whether any model of a provider may be granted.
    pub fn providers(&self, granted: impl Fn(&str) -> bool, some: impl Fn(&str) -> bool) -> Value {
        let default = self.models.models.default_provider();
        let mut all = Vec::new();
        for mut one in self.models.models.listing() {
            let name = one.name.clone();
            let may = |model: &str| granted(&format!("{name}/{model}"));
            // Models that are not listed can be granted, too, such as those of a server of one's own: any name tells.
            let any = may("*") || some(&name) || one.default_model.as_deref().is_some_and(may);
            one.models.retain(|model| may(&model.id));
            one.default_model = one.default_model.filter(|model| may(model));
            if !any && one.models.is_empty() && one.kind != "double" {
                continue;
            }
            one.default = default == name;
            all.push(one);
        }
        json!(all)
    }
}
