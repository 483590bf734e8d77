// Plays jobs in a guest that is initialised once, each in a process of its own: what a run finds is what the snapshot
// holds. A line of the job file is: mode, seed, milliseconds of processor time, parameters' file, spell's file,
// separated by tabs.
//
// Modes: `plain`; `hostile`: the double says what it likes; `starved`: memory is refused early; `values`: the parameters
// are changed by the seed; `prompt`: the spell is typed at a prompt, line by line. After each job comes its line: how it ended, and the job. A sanitizer's report stands in the
// file that its options name, or before that line.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "native.h"

enum { BROKEN = 70, REPORTED = 77, STACK = 512 << 20 };

static int result; // where a run says how it ended

[[noreturn]] void end_run(const char *how) {
  (void)!write(result, how, strlen(how));
  _exit(0);
}

[[noreturn]] void broken(const char *what) {
  fprintf(stderr, "the contract is broken: %s\n", what);
  abort();
}

static void time_is_up(int signal) {
  (void)signal;
  end_run("time");
}

static spell_string_t read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) return fprintf(stderr, "can't read %s\n", path), exit(2), (spell_string_t){};
  fseek(file, 0, SEEK_END);
  size_t length = (size_t)ftell(file);
  rewind(file);
  char *text = malloc(length + 1);
  if (!text || fread(text, 1, length, file) != length) exit(2);
  fclose(file);
  spell_string_t made = bytes_of(text, length);
  free(text);
  return made;
}

static void look_at_error(exports_llmspell_spell_guest_script_error_t *error) {
  hear(&error->message);
  if (error->code.is_some) hear(&error->code.val);
  if (error->details.is_some) hear(&error->details.val);
  if (error->file.is_some) hear(&error->file.val);
  if (error->traceback.is_some) hear(&error->traceback.val);
  exports_llmspell_spell_guest_script_error_free(error);
}

static exports_llmspell_spell_guest_request_t request_of(const char *parameters, const char *spell, const void *text, size_t length) {
  exports_llmspell_spell_guest_request_t request = {.parameters = read_file(parameters)};
  const char *slash = strrchr(spell, '/');
  request.source.name = text_of(slash ? slash + 1 : spell);
  request.source.text = bytes_of(text, length);
  request.arguments.ptr = malloc(2 * sizeof *request.arguments.ptr), request.arguments.len = 2;
  request.arguments.ptr[0] = text_of(""), request.arguments.ptr[1] = text_of("one");
  return request;
}

// A text that has not come to its end is evaluated again with the next line.
static void play_prompt(const char *parameters, const char *spell, const spell_string_t *text) {
  const uint8_t *from = text->ptr, *end = text->ptr + text->len;
  for (const uint8_t *to = from; to < end;) {
    const uint8_t *line = memchr(to, '\n', (size_t)(end - to));
    to = line ? line + 1 : end;
    exports_llmspell_spell_guest_request_t entry = request_of(parameters, spell, from, (size_t)(to - from));
    exports_llmspell_spell_repl_evaluated_t evaluated;
    exports_llmspell_spell_guest_script_error_t error;
    bool good = exports_llmspell_spell_repl_evaluate(&entry, &evaluated, &error);
    if (!good) look_at_error(&error);
    else if (evaluated.tag == EXPORTS_LLMSPELL_SPELL_REPL_EVALUATED_INCOMPLETE) continue;
    else if (evaluated.tag == EXPORTS_LLMSPELL_SPELL_REPL_EVALUATED_VALUE) hear(&evaluated.val.value);
    if (good) exports_llmspell_spell_repl_evaluated_free(&evaluated);
    from = to;
  }
  end_run("done");
}

static void play(const char *mode, uint64_t seed, const char *parameters, const char *spell) {
  spell_string_t text = read_file(spell);
  seed_chance(seed);
  if (!strcmp(mode, "prompt")) play_prompt(parameters, spell, &text);
  exports_llmspell_spell_guest_request_t request = request_of(parameters, spell, text.ptr, text.len);
  if (!strcmp(mode, "values")) mutate(&request.parameters);
  if (!strcmp(mode, "starved")) limit_memory(choose(1u << (8 + choose(16))));
  hostile = !strcmp(mode, "hostile");

  exports_llmspell_spell_guest_script_error_t error;
  exports_llmspell_spell_guest_source_t source = {text_of("checked"), text};
  if (!exports_llmspell_spell_guest_check(&source, &error)) look_at_error(&error);
  exports_llmspell_spell_guest_option_json_t returned;
  bool good = exports_llmspell_spell_guest_run(&request, &returned, &error);
  if (!good) look_at_error(&error);
  else if (returned.is_some) hear(&returned.val);
  if (good) exports_llmspell_spell_guest_option_json_free(&returned);
  end_run(good ? "done" : "error");
}

static void play_job(char *line) {
  char *rest = line, *mode = strsep(&rest, "\t"), *seed = strsep(&rest, "\t"), *milliseconds = strsep(&rest, "\t"),
       *parameters = strsep(&rest, "\t");
  if (!rest) exit(2);
  int ends[2], status;
  if (pipe(ends)) exit(2);
  fflush(NULL);
  pid_t child = fork();
  if (!child) {
    close(ends[0]);
    result = ends[1];
    signal(SIGPROF, time_is_up);
    long most = atol(milliseconds);
    setitimer(ITIMER_PROF, &(struct itimerval){.it_value = {most / 1000, most % 1000 * 1000}}, NULL);
    play(mode, strtoull(seed, NULL, 10), parameters, rest);
  }
  close(ends[1]);
  char how[32] = "";
  ssize_t length = read(ends[0], how, sizeof how - 1);
  close(ends[0]);
  if (child < 0 || waitpid(child, &status, 0) < 0) exit(2);
  if (!status && length > 0) printf("%s\t%s\t%s\t%s\n", how, mode, seed, rest);
  else printf("FAULT %d\t%s\t%s\t%s\n", status, mode, seed, rest);
  fflush(stdout);
}

int main(int count, char **arguments) {
  // The interpreters bound their own depth, but each of their calls takes more here than in the guest.
  struct rlimit stack;
  if (count != 2) return fprintf(stderr, "usage: %s JOBS\n", arguments[0]), 2;
  if (!getrlimit(RLIMIT_STACK, &stack) && stack.rlim_cur < STACK && stack.rlim_cur != stack.rlim_max) {
    stack.rlim_cur = stack.rlim_max < STACK ? stack.rlim_max : STACK;
    if (!setrlimit(RLIMIT_STACK, &stack)) execv(arguments[0], arguments);
  }
  FILE *jobs = fopen(arguments[1], "r");
  if (!jobs) return fprintf(stderr, "can't read %s\n", arguments[1]), 2;
  initialise();
  char *line = NULL;
  size_t room = 0;
  for (ssize_t length; (length = getline(&line, &room, jobs)) > 0;) {
    if (line[length - 1] == '\n') line[length - 1] = 0;
    play_job(line);
  }
  return 0;
}
