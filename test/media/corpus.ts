/** Ways in that guards against SSRF are known to have missed, by what they are. */
export const corpus: Readonly<Record<string, ReadonlyArray<string>>> = {
  loopback: [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://127.0.0.1./",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://127.255.255.254/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://user:pass@127.0.0.1:8080/a.png",
    "http://public.example@127.0.0.1/",
    "http://%31%32%37.0.0.1/"
  ],
  unspecified: ["http://0/", "http://0.0.0.0/", "http://0.1.2.3/", "http://[::]/"],
  private: [
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://3232235777/",
    "http://[fd00::1]/",
    "http://[fc00::1]/",
    "http://[fec0::1]/"
  ],
  "link-local": ["http://169.254.169.254/latest/meta-data/", "http://0xa9fea9fe/", "http://[fe80::1]/"],
  "carrier-grade NAT": ["http://100.64.0.1/", "http://100.100.100.200/", "http://100.127.255.255/"],
  multicast: ["http://224.0.0.1/", "http://239.255.255.250/", "http://[ff02::1]/"],
  documentation: [
    "http://192.0.2.1/",
    "http://198.51.100.9/",
    "http://203.0.113.9/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/"
  ],
  benchmarking: ["http://198.18.0.1/", "http://198.19.255.255/"],
  reserved: [
    "http://192.0.0.8/",
    "http://192.88.99.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[100::1]/",
    "http://[4000::1]/",
    "http://[2001:20::1]/"
  ],
  "embedded IPv4": [
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:8.8.8.8]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/"
  ],
  "local name": [
    "http://localhost/",
    "http://LOCALHOST./",
    "http://a.localhost/",
    "http://printer.local/",
    "http://metadata.google.internal/",
    "http://intranet/",
    "http://router.lan/",
    "http://nas.home.arpa/",
    "http://db.corp/",
    "http://1.0.0.127.in-addr.arpa/",
    "http://host.localdomain/"
  ],
  public: [
    "https://f19-zpc.zdn.vn/jpg/1.jpg",
    "http://8.8.8.8/",
    "http://172.32.0.1/",
    "http://100.128.0.1/",
    "http://198.20.0.1/",
    "http://[2606:4700::1111]/",
    "https://localhost.example/",
    "https://internal.example./"
  ]
}

/** All that is not public, led to this port where it names none. */
export const spellings = (port: number): ReadonlyArray<string> =>
  Object.entries(corpus).flatMap(([kind, urls]) =>
    kind === "public" ? [] : urls.map((url) => url.replace(/^(http:\/\/[^/:]*(?:\[[^\]]*\])?)\//, `$1:${port}/`))
  )
