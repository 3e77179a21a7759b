//! The program: parse the arguments, build the [`Context`], one match over the commands, exit code.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches};
use govwatch::cli::log::PlainWords;
use govwatch::cli::{
    Cli, Command, Context, Exit, Global, LogForm, Out, Stop, add, alerts, backup, changes, check, compare, completions,
    coverage, daemon, demo, diff, doctor, export, extract, fetch, history, read_attachment, repair, reports, schema,
    search, show, site, status, try_site, work,
};
use govwatch::config::{Mistake, Settings};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// The settings file that is read without being named.
const SETTINGS_FILE: &str = "govwatch.toml";

fn main() -> ExitCode {
    let ended = run();
    let exit = ended.unwrap_or_else(|stop| {
        if !stop.message.is_empty() {
            eprintln!("{}", stop.message);
        }
        stop.exit
    });
    ExitCode::from(exit as u8)
}

#[expect(clippy::too_many_lines, reason = "one line a command")]
fn run() -> Result<Exit, Stop> {
    let matches = Cli::command().try_get_matches().unwrap_or_else(|error| search::hinted(error).exit());
    let Cli { mut global, command } = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    if let Command::ReadAttachment(args) = &command {
        return read_attachment::run(args);
    }
    let read = {
        let named = global.config.clone();
        // A file that was there once and is gone is a mistake, and not a file that says nothing.
        let seen = OnceLock::new();
        move || {
            let usual = PathBuf::from(SETTINGS_FILE);
            let file = named.clone().or_else(|| usual.exists().then_some(usual)).or_else(|| seen.get().cloned());
            settings(file.map(|file| &**seen.get_or_init(|| file)))
        }
    };
    let settings = read();
    // Flag > environment > file > default.
    if let (Ok(Settings { store: Some(store), .. }), Some(ValueSource::DefaultValue)) =
        (&settings, matches.value_source("state_dir"))
    {
        global.state.clone_from(store);
    }
    say_on_stderr(&global, matches!(command, Command::Daemon(_)));
    let out = Out::stdout(std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()));
    let context = Context { global, out };
    let exit = match command {
        Command::Check(args) => block_on(check::run(&context, &args, settings)),
        Command::Fetch(args) => block_on(fetch::run(&context, &settings?, &args)),
        Command::Daemon(args) => block_on(daemon::run(&context, &settings?, &args, Arc::new(read))),
        Command::Extract(args) => block_on(extract::run(&context, &settings?, &args)),
        Command::Try(args) => block_on(try_site::run(&context, &settings?, &args)),
        Command::Add(args) => block_on(add::run(&context, &settings?, &args)),
        Command::Repair(args) => block_on(repair::run(&context, &settings?, &args)),
        Command::Reports(args) => block_on(reports::run(&context, &args)),
        Command::Show(args) => block_on(show::run(&context, &args)),
        Command::History(args) => block_on(history::run(&context, &args)),
        Command::Diff(args) => block_on(diff::run(&context, &args)),
        Command::Alerts(args) => block_on(alerts::run(&context, &args, &settings?)),
        Command::Search(args) => block_on(search::run(&context, &args)),
        Command::Changes(args) => block_on(changes::run(&context, &args)),
        Command::Export(args) => block_on(export::run(&context, &args)),
        Command::Compare(args) => block_on(compare::run(&context, &args)),
        Command::Work(args) => block_on(work::run(&context, &args)),
        Command::Coverage(args) => block_on(coverage::run(&context, &args, &settings?)),
        Command::Status(args) => block_on(status::run(&context, &args, &settings?)),
        Command::Site(args) => block_on(site::run(&context, &settings?, &args)),
        Command::Backup(args) => block_on(backup::run(&context, &args)),
        Command::Doctor(args) => block_on(doctor::run(&context, &args, settings)),
        Command::Demo(args) => block_on(demo::run(&context, &args)),
        Command::ReadAttachment(args) => read_attachment::run(&args),
        Command::Schema => schema::run(&context),
        Command::Completions(args) => completions::run(&context, &args),
    }?;
    context.out.flush()?;
    Ok(exit)
}

/// Runs a command that waits for the store or the network.
fn block_on(command: impl Future<Output = Result<Exit, Stop>>) -> Result<Exit, Stop> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let failed = |error| Stop::new(Exit::SomeFailed, format!("cannot start: {error}"));
    runtime.map_err(failed)?.block_on(command)
}

/// Sends the log to stderr, as loud as the flags say; standard output is for results. A daemon says what it does: nobody
/// watches it.
fn say_on_stderr(global: &Global, is_daemon: bool) {
    let level = match (global.quiet, global.verbose + u8::from(is_daemon)) {
        (true, _) => LevelFilter::ERROR,
        (false, 0) => LevelFilter::WARN,
        (false, 1) => LevelFilter::INFO,
        (false, 2..) => LevelFilter::TRACE,
    };
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false);
    let log = log.with_env_filter(EnvFilter::new(format!("govwatch={level}")));
    let log = log.with_ansi(std::io::stderr().is_terminal());
    match global.log {
        LogForm::Json => log.json().flatten_event(true).with_current_span(false).with_span_list(false).init(),
        // Programs and people who ask for more get every field, with the time.
        LogForm::Text if global.verbose > 0 || global.json || is_daemon => log.init(),
        LogForm::Text => log.event_format(PlainWords).init(),
    }
}

/// The settings file and the environment; both are read here and nowhere else.
fn settings(file: Option<&Path>) -> Result<Settings, Vec<Mistake>> {
    let env: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
        .collect();
    Settings::load(file, &env)
}
