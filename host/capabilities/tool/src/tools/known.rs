//! Tools that spells ask for by names that are in wide use, where there is none of that name.

use super::definition::same_name;

/// Names, and why there is no such tool: a name that is known elsewhere is no mistake, so a likeness to others is no help.
const NAMES: &[(&str, &[&str])] = &[
    ("does not exist here: a spell can't start programs of the machine", &["process_executor", "process_runner"]),
    (
        "does not exist here: what runs on the machine is not told to spells",
        &["service_checker", "system_info", "system_monitor"],
    ),
    ("does not exist here: nothing is sent in a person's name", &["email_sender"]),
    ("does not exist here: a spell keeps its data with State", &["database_connector"]),
    (
        "does not exist here: sound, pictures and films are not worked on",
        &["audio_processor", "image_processor", "video_processor"],
    ),
    ("does not exist here: list a folder again to see what has changed in it", &["file_watcher"]),
    ("does not exist here: turn the document into a text first", &["pdf_processor"]),
    ("is not there: environment variables that are granted are in env", &["environment_reader"]),
    (
        "is not part of this build",
        &[
            "api_tester",
            "data_processor",
            "feed_reader",
            "graphql_query",
            "http_get",
            "http_request",
            "http_requester",
            "search",
            "sitemap_crawler",
            "web_fetch",
            "web_scraper",
            "web_search",
            "web_searcher",
            "webhook_caller",
            "webpage_monitor",
        ],
    ),
];

/// Why there is no tool of this name, if it is known elsewhere.
pub fn why_missing(name: &str) -> Option<&'static str> {
    let (why, _) = NAMES.iter().find(|(_, names)| names.iter().any(|known| same_name(known, name)))?;
    Some(why)
}
