//! Texts that the binary carries: the templates, in the languages of spells.

/// What the names of such texts begin with. No file's path does: a colon is no part of one.
const PREFIX: &str = "llmspell:";

/// Whether a path names a text that the binary carries, or could.
pub fn is_builtin(path: &str) -> bool {
    path.starts_with(PREFIX)
}

/// The text of this name, such as "llmspell:templates/list.json".
pub fn builtin(path: &str) -> Option<&'static str> {
    let text = TEXTS.iter().find(|(name, _)| path.strip_prefix(PREFIX) == Some(name));
    text.map(|(_, text)| *text)
}

macro_rules! texts {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../../../../../examples/", $name)))),+]
    };
}

const TEXTS: &[(&str, &str)] = texts![
    "templates/list.json",
    "templates/research-assistant.lua",
    "templates/research-assistant.js",
    "templates/interactive-chat.lua",
    "templates/interactive-chat.js",
    "templates/data-analysis.lua",
    "templates/data-analysis.js",
    "templates/code-generator.lua",
    "templates/code-generator.js",
    "templates/document-processor.lua",
    "templates/document-processor.js",
    "templates/workflow-orchestrator.lua",
    "templates/workflow-orchestrator.js",
    "templates/code-review.lua",
    "templates/code-review.js",
    "templates/content-generation.lua",
    "templates/content-generation.js",
    "templates/file-classification.lua",
    "templates/file-classification.js",
    "templates/knowledge-management.lua",
    "templates/knowledge-management.js",
];
