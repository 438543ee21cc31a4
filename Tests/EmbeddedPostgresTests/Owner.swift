import Foundation

@testable import EmbeddedPostgres

/// A process that owns a server as the controller does, and can be killed: a program of a few
/// lines of C, because it must be the parent itself, with no shell between.
enum Owner {
  private static let source = """
    #include <unistd.h>
    #include <fcntl.h>
    #include <sys/wait.h>
    int main(int count, char **words) {
      int log = open(words[1], O_WRONLY | O_CREAT | O_APPEND, 0600);
      pid_t child = fork();
      if (child == 0) {
        dup2(log, 1);
        dup2(log, 2);
        execv(words[2], words + 2);
        _exit(127);
      }
      int status;
      waitpid(child, &status, 0);
      return status != 0;
    }
    """

  /// Compiles the owner beside the log and starts it with the server's own command line.
  static func start(_ command: [String], log: String) throws -> pid_t {
    let program = log + ".owner"
    try source.write(toFile: program + ".c", atomically: true, encoding: .utf8)
    let compiled = try Tools.run("/usr/bin/cc", ["-o", program, program + ".c"])
    guard compiled.status == 0 else { throw EmbeddedPostgresError.system(compiled.text) }
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = [log] + command
    try process.run()
    return process.processIdentifier
  }
}
