import Glibc

/// The operating-system user the server runs as, and the one we are.
struct ServerUser: Sendable, Hashable {
  var name: String
  var id: uid_t
  var group: gid_t
  /// The name of the user this process runs as; the pg_ident map lets it in.
  var owner: String
  /// We are root and become `name` for everything of PostgreSQL's.
  var switches: Bool

  /// Root runs the server as `finops` if there is such a user, else as `postgres`; anyone else
  /// runs it as themselves.
  static func current() throws(EmbeddedPostgresError) -> ServerUser {
    let own = geteuid()
    guard let me = lookUp(id: own) else { throw .namelessUser(own) }
    guard own == 0 else {
      return ServerUser(name: me.name, id: own, group: getegid(), owner: me.name, switches: false)
    }
    guard let other = lookUp(name: "finops") ?? lookUp(name: "postgres"), other.id != 0 else {
      throw .noServerUser
    }
    return ServerUser(
      name: other.name, id: other.id, group: other.group, owner: me.name, switches: true)
  }

  /// What comes before a program so that it runs as this user.
  ///
  /// `dyingWithUs`: the kernel sends it SIGINT (a fast, clean shutdown) when the thread that
  /// started it ends, also by SIGKILL.
  func prefix(dyingWithUs: Bool) -> [String] {
    var words = switches || dyingWithUs ? ["/usr/bin/setpriv"] : []
    if switches { words += ["--reuid=\(id)", "--regid=\(group)", "--clear-groups"] }
    if dyingWithUs { words += ["--pdeathsig", "INT"] }
    // A folder we are in may be closed to the server's user.
    return words + ["/usr/bin/env", "-C", "/"]
  }

  private static func lookUp(name: String) -> (name: String, id: uid_t, group: gid_t)? {
    guard let entry = unsafe getpwnam(name) else { return nil }
    return unsafe (name, entry.pointee.pw_uid, entry.pointee.pw_gid)
  }

  private static func lookUp(id: uid_t) -> (name: String, id: uid_t, group: gid_t)? {
    guard let entry = unsafe getpwuid(id), let name = unsafe entry.pointee.pw_name else {
      return nil
    }
    return unsafe (String(cString: name), id, entry.pointee.pw_gid)
  }
}
