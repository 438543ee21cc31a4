import Foundation

/// Where finops keeps what it keeps, when nobody says otherwise.
enum DataFolder {
  /// The demo's own; its records are made anew with every `finops demo`.
  static var demo: String { base + "/demo" }

  /// Root: /var/lib/finops, which the server's user can enter; others: XDG_DATA_HOME/finops.
  private static var base: String {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["FINOPS_DATA"], !folder.isEmpty { return folder }
    if getuid() == 0 { return "/var/lib/finops" }
    if let folder = environment["XDG_DATA_HOME"], !folder.isEmpty { return folder + "/finops" }
    return NSHomeDirectory() + "/.local/share/finops"
  }
}
