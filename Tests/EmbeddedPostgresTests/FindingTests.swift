import Foundation
import Testing

@testable import EmbeddedPostgres

struct FindingTests {
  @Test func `missing binaries are said with the way out`() {
    let error = #expect(throws: EmbeddedPostgresError.self) {
      try Binaries.find(environment: ["FINOPS_PG_BIN": "/nowhere"], clusterVersion: nil)
    }
    #expect(error == .missingBinaries(searched: ["/nowhere"]))
    #expect(error?.description.contains("apt install postgresql (or set database.url)") == true)
  }

  @Test func `of several Debian versions the highest number is taken, not the last word`() throws {
    let root = try Tools.folder("root")
    defer { Tools.remove(root) }
    for version in ["9", "15", "17"] {
      try install(in: "\(root)/usr/lib/postgresql/\(version)/bin")
    }
    let none = ["PATH": "/nowhere"]
    let newest = try Binaries.find(environment: none, clusterVersion: nil, root: root)
    #expect(newest.major == "17")
    let same = try Binaries.find(environment: none, clusterVersion: "15", root: root)
    #expect(same.folder == "\(root)/usr/lib/postgresql/15/bin")
    #expect(throws: EmbeddedPostgresError.wrongVersion(cluster: "16", binaries: "17")) {
      try Binaries.find(environment: none, clusterVersion: "16", root: root)
    }
  }

  @Test(arguments: [(93, true), (94, false)])
  func `a socket path of 107 bytes fits, one of 108 does not`(length: Int, fits: Bool) {
    let folder = String(repeating: "x", count: length)
    #expect(SocketFolder.fits(folder) == fits)
  }

  @Test func `a long home puts its socket into a short folder, always the same`() throws {
    let home = "/tmp/" + String(repeating: "x", count: 120)
    let first = try SocketFolder.choose(home: home, environment: [:], isRoot: true)
    #expect(first.hasPrefix("/run/finops-"))
    #expect(try SocketFolder.choose(home: home, environment: [:], isRoot: true) == first)
    let user = ["XDG_RUNTIME_DIR": "/run/user/7"]
    #expect(
      try SocketFolder.choose(home: home, environment: user, isRoot: false)
        .hasPrefix("/run/user/7/finops-"))
    #expect(throws: EmbeddedPostgresError.self) {
      try SocketFolder.choose(home: home, environment: ["XDG_RUNTIME_DIR": home], isRoot: false)
    }
  }

  @Test func `a data directory the server's user can not enter is said with a better one`()
    async throws
  {
    guard geteuid() == 0 else { return }
    let folder = try Tools.folder("closed")
    defer { Tools.remove(folder) }
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
    let error = await #expect(throws: EmbeddedPostgresError.self) {
      try await EmbeddedPostgres.start(dataDirectory: folder)
    }
    #expect(error?.description.contains("/var/lib/finops") == true)
  }

  @Test func `pg_config on the PATH is asked, and one that fails is passed over`() throws {
    let root = try Tools.folder("path")
    defer { Tools.remove(root) }
    for (name, script) in [("good", "echo /some/where"), ("bad", "echo /not/this; exit 1")] {
      let folder = "\(root)/\(name)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let made = FileManager.default.createFile(
        atPath: folder + "/pg_config", contents: Data("#!/bin/sh\n\(script)\n".utf8),
        attributes: [.posixPermissions: 0o755])
      #expect(made)
    }
    let found = Binaries.candidates(environment: ["PATH": root + "/good"], root: root)
    #expect(found.first == "/some/where")
    let passed = Binaries.candidates(environment: ["PATH": root + "/bad"], root: root)
    #expect(passed == ["\(root)/usr/local/pgsql/bin", "\(root)/usr/local/bin"])
  }

  private func install(in folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in ["postgres", "initdb"] {
      let made = FileManager.default.createFile(
        atPath: "\(folder)/\(name)", contents: Data(), attributes: [.posixPermissions: 0o755])
      #expect(made)
    }
  }
}
