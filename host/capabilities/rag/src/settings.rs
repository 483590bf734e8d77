//! The settings of a collection.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_retrieval::{Chunking, Format, Metric, Mode, TOKENIZER, Unit};

/// What a spell asked for; what it did not is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wanted {
    pub model: Option<String>,
    pub dimensions: Option<usize>,
    pub metric: Option<Metric>,
    pub search: Option<Mode>,
    pub strategy: Option<Strategy>,
    pub size: Option<usize>,
    pub overlap: Option<usize>,
    pub unit: Option<Unit>,
}

/// The settings of a collection, as the store keeps them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// "provider/model"; `None`: words alone.
    pub model: Option<String>,
    /// Known once there is a vector.
    pub dimensions: Option<usize>,
    /// Those that were asked for: models that can't choose refuse to be asked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub asked_dimensions: Option<usize>,
    pub metric: Metric,
    pub search: Mode,
    pub strategy: Strategy,
    pub size: usize,
    pub overlap: usize,
    pub unit: Unit,
    /// The rules that its words were found by.
    pub tokenizer: u32,
    /// Counts up with each time that it is made anew: documents lie under its number.
    pub generation: u32,
}

/// Along which seams documents are cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// As each document's own format has it.
    #[default]
    Semantic,
    Text,
    Markdown,
    Code,
}

/// A larger chunk no model reads as a whole.
const MOST_TOKENS: u64 = 2_000;
const MOST_CHARACTERS: u64 = 8_000;

/// Names that others give to ways of cutting that come to one of ours.
const STRATEGIES: [(&str, Strategy); 10] = [
    ("semantic", Strategy::Semantic),
    ("structure", Strategy::Semantic),
    ("recursive", Strategy::Semantic),
    ("sliding_window", Strategy::Semantic),
    ("text", Strategy::Text),
    ("plain", Strategy::Text),
    ("sentence", Strategy::Text),
    ("paragraph", Strategy::Text),
    ("markdown", Strategy::Markdown),
    ("code", Strategy::Code),
];

const UNITS: [(&str, Unit); 2] = [("tokens", Unit::Tokens), ("characters", Unit::Characters)];

impl Wanted {
    /// Takes the fields of settings out of an object.
    pub fn take(fields: &mut Fields) -> Result<Wanted, Failure> {
        let chunking = fields.take("chunking").unwrap_or_else(|| Value::Object(Default::default()));
        let mut wanted = Wanted {
            model: fields.text("model")?,
            dimensions: fields.whole("dimensions", 1..=8_192)?.map(|count| count as usize),
            metric: word(fields, "metric", &Metric::ALL)?,
            search: word(fields, "search", &Mode::ALL)?,
            ..Wanted::default()
        };
        let mut fields = Fields::of("the chunking", chunking)?;
        wanted.strategy = word(&mut fields, "strategy", &STRATEGIES)?;
        wanted.unit = word(&mut fields, "unit", &UNITS)?;
        let most = if wanted.unit == Some(Unit::Characters) { MOST_CHARACTERS } else { MOST_TOKENS };
        wanted.size = fields.whole("size", 1..=most)?.map(|size| size as usize);
        wanted.overlap = fields.whole("overlap", 0..=most)?.map(|size| size as usize);
        fields.end()?;
        Ok(wanted)
    }

    /// Settings with what is wanted, in the place of these.
    pub fn over(&self, old: Settings) -> Result<Settings, Failure> {
        let model = match self.model.as_deref() {
            None => old.model.clone(),
            Some("none" | "lexical") => None,
            Some(model) => Some(model.to_string()),
        };
        let is_other = model != old.model;
        let search = match (self.search, &model) {
            (Some(mode), Some(_)) => mode,
            (Some(Mode::Lexical), None) | (None, None) => Mode::Lexical,
            (Some(mode), None) => {
                return Err(Failure::invalid(format!(
                    "a {} collection needs a model for vectors: give `model` as \"provider/model\", or leave `search` out: \
                     then words alone are compared (\"lexical\")",
                    mode.name()
                )));
            }
            (None, Some(_)) if !is_other => old.search,
            (None, Some(_)) => Mode::Hybrid,
        };
        let settings = Settings {
            dimensions: self.dimensions.or(old.dimensions).filter(|_| model.is_some()),
            asked_dimensions: self.dimensions.or(old.asked_dimensions).filter(|_| model.is_some()),
            metric: self.metric.unwrap_or(old.metric),
            search,
            strategy: self.strategy.unwrap_or(old.strategy),
            size: self.size.unwrap_or(old.size),
            overlap: self.overlap.unwrap_or(old.overlap),
            unit: self.unit.unwrap_or(old.unit),
            model,
            tokenizer: TOKENIZER,
            generation: old.generation,
        };
        if settings.overlap > settings.size / 2 {
            return Err(Failure::invalid(format!(
                "the chunking: an overlap of {} is more than half of the size, {}",
                settings.overlap, settings.size
            )));
        }
        Ok(settings)
    }

    /// The first thing that a collection has otherwise than it is wanted.
    pub fn differs(&self, there: &Settings) -> Option<String> {
        let other = |what: &str, there: String, wanted: String| Some(format!("{what} is {there}, not {wanted}"));
        let none = || "none".to_string();
        if let Some(model) = &self.model
            && *model != there.model.clone().unwrap_or_else(none)
        {
            return other("its model", there.model.clone().unwrap_or_else(none), model.clone());
        }
        if let (Some(wanted), Some(own)) = (self.dimensions, there.dimensions)
            && wanted != own
        {
            return other("the length of its vectors", own.to_string(), wanted.to_string());
        }
        if let Some(search) = self.search.filter(|search| *search != there.search) {
            return other("its search", there.search.name().into(), search.name().into());
        }
        if let Some(metric) = self.metric.filter(|metric| *metric != there.metric) {
            return other("its metric", there.metric.name().into(), metric.name().into());
        }
        if let Some(strategy) = self.strategy.filter(|strategy| *strategy != there.strategy) {
            return other("its chunking's strategy", there.strategy.name().into(), strategy.name().into());
        }
        if let Some(unit) = self.unit.filter(|unit| *unit != there.unit) {
            return other("its chunking's unit", there.unit_name().into(), name_of(&UNITS, unit).into());
        }
        for (what, wanted, own) in [("size", self.size, there.size), ("overlap", self.overlap, there.overlap)] {
            if let Some(wanted) = wanted.filter(|wanted| *wanted != own) {
                return other(&format!("its chunking's {what}"), own.to_string(), wanted.to_string());
            }
        }
        None
    }
}

impl Default for Settings {
    fn default() -> Settings {
        let Chunking { size, overlap, unit } = Chunking::default();
        Settings {
            model: None,
            dimensions: None,
            asked_dimensions: None,
            metric: Metric::default(),
            search: Mode::Lexical,
            strategy: Strategy::default(),
            size,
            overlap,
            unit,
            tokenizer: TOKENIZER,
            generation: 0,
        }
    }
}

impl Settings {
    /// What a rebuild begins with: what was found out about vectors is found out anew, as the model may be another one.
    pub fn before_rebuild(&self, model: Option<&str>) -> Settings {
        let is_other = model.is_some_and(|model| Some(model) != self.model.as_deref());
        let asked_dimensions = self.asked_dimensions.filter(|_| !is_other);
        Settings { dimensions: asked_dimensions, asked_dimensions, ..self.clone() }
    }

    pub fn chunking(&self) -> Chunking {
        Chunking { size: self.size, overlap: self.overlap, unit: self.unit }
    }

    /// What the size of its chunks is measured in, as settings name it.
    pub fn unit_name(&self) -> &'static str {
        name_of(&UNITS, self.unit)
    }

    /// Along which seams a document of this format is cut.
    pub fn format(&self, own: Format) -> Format {
        match self.strategy {
            Strategy::Semantic => own,
            Strategy::Text => Format::Text,
            Strategy::Markdown => Format::Markdown,
            Strategy::Code => Format::Code,
        }
    }
}

impl Strategy {
    pub fn name(self) -> &'static str {
        name_of(&STRATEGIES, self)
    }
}

fn find<T: Copy>(known: &[(&str, T)], name: &str) -> Option<T> {
    known.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

fn name_of<T: Copy + PartialEq>(known: &[(&'static str, T)], value: T) -> &'static str {
    known.iter().find(|(_, known)| *known == value).map_or("", |(name, _)| name)
}

/// A word out of a list.
pub fn word<T: Copy>(
    fields: &mut Fields,
    name: &'static str,
    known: &[(&'static str, T)],
) -> Result<Option<T>, Failure> {
    let Some(text) = fields.text(name)? else { return Ok(None) };
    let names = || known.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    find(known, &text).map(Some).ok_or_else(|| fields.wrong(name, &format!("one of {}", names()), &text.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(json: &str) -> Result<Wanted, Failure> {
        let mut fields = Fields::parse("the settings", json)?;
        let wanted = Wanted::take(&mut fields)?;
        fields.end()?;
        Ok(wanted)
    }

    #[test]
    fn what_is_wrong_with_settings_is_told() {
        for (json, message) in [
            (r#"{"metric": "l1"}"#, r#"the settings: 'metric' must be one of "cosine", "dot", "euclidean", not "l1""#),
            (r#"{"chunking": {"size": 0}}"#, "the chunking: 'size' must be a whole number from 1 to 2000, not 0"),
            (
                r#"{"chunking": {"size": 100, "overlap": 51}}"#,
                "the chunking: an overlap of 51 is more than half of the size, 100",
            ),
            (r#"{"search": "semantic"}"#, "a semantic collection needs a model"),
        ] {
            let told = wanted(json).and_then(|wanted| wanted.over(Settings::default())).unwrap_err().message;
            assert!(told.starts_with(message), "{told}");
        }
    }

    #[test]
    fn another_model_is_another_collection() {
        let there = wanted(r#"{"model": "a/b"}"#).unwrap().over(Settings::default()).unwrap();
        assert_eq!((there.search, wanted("{}").unwrap().differs(&there)), (Mode::Hybrid, None));
        let told = wanted(r#"{"model": "a/c"}"#).unwrap().differs(&there);
        assert_eq!(told.as_deref(), Some("its model is a/b, not a/c"));
    }
}
