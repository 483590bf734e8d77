//! What the players say: a line for each job, and a sanitizer's report before the line of a fault.

use std::collections::BTreeMap;

/// Lines that name a fault, by what they contain. The first of a report counts.
const NAMES: &[&str] = &["runtime error: ", "SUMMARY: ", "the contract is broken: "];

#[derive(Default)]
pub struct Log {
    /// How jobs ended.
    endings: BTreeMap<String, usize>,
    faults: BTreeMap<String, Fault>,
}

struct Fault {
    count: usize,
    job: String,
    report: String,
}

impl Log {
    pub fn read(&mut self, text: &str) {
        let mut report = String::new();
        for line in text.lines() {
            let mut parts = line.splitn(4, '\t');
            let (Some(ending), Some(_), Some(_), Some(_)) = (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                report += line;
                report.push('\n');
                continue;
            };
            let ending = if ending.starts_with("FAULT") { "fault" } else { ending };
            *self.endings.entry(ending.to_owned()).or_default() += 1;
            let said = std::mem::take(&mut report);
            if ending == "fault" {
                let named = said.lines().find(|line| NAMES.iter().any(|name| line.contains(name)));
                let name = named.unwrap_or("it ended without a report").to_owned();
                let first = || Fault { count: 0, job: line.to_owned(), report: said.clone() };
                self.faults.entry(name).or_insert_with(first).count += 1;
            }
        }
    }

    /// Shows what there is, and gives the number of different faults, but for those that are known.
    pub fn show(&self, language: &str, known: &[(&str, &str)]) -> usize {
        let endings: Vec<_> = self.endings.iter().map(|(ending, count)| format!("{count} {ending}")).collect();
        println!("{language}: {} jobs: {}", self.endings.values().sum::<usize>(), endings.join(", "));
        let mut unknown = 0;
        for (name, fault) in &self.faults {
            if let Some((_, reason)) = known.iter().find(|(part, _)| fault.report.contains(part)) {
                println!("{language}: known, {} times: {name}: {reason}", fault.count);
                continue;
            }
            unknown += 1;
            println!("{language}: {} times: {name}\nfirst: {}\n{}", fault.count, fault.job, fault.report);
        }
        unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_is_told_once_with_its_first_report() {
        let text = "done\tplain\t1\ta.lua\n\
            ==7==ERROR: AddressSanitizer\n  #0 here\nSUMMARY: AddressSanitizer: heap-use-after-free x.c:1 in f\n\
            FAULT 256\thostile\t2\tb.lua\n\
            SUMMARY: AddressSanitizer: heap-use-after-free x.c:1 in f\nFAULT 256\thostile\t3\tc.lua\n\
            y.c:7:1: runtime error: null pointer\nFAULT 256\tplain\t1\td.lua\nFAULT 11\tplain\t1\te.lua\n";
        let mut log = Log::default();
        log.read(text);
        assert_eq!(log.endings, BTreeMap::from([("done".to_owned(), 1), ("fault".to_owned(), 4)]));
        let counts: Vec<_> = log.faults.values().map(|fault| (fault.count, fault.job.as_str())).collect();
        assert_eq!(
            counts,
            [(2, "FAULT 256\thostile\t2\tb.lua"), (1, "FAULT 11\tplain\t1\te.lua"), (1, "FAULT 256\tplain\t1\td.lua")]
        );
        assert_eq!(log.show("lua", &[]), 3);
        assert_eq!(log.show("lua", &[("null pointer", "a reason")]), 2);
    }
}
