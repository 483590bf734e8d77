// Addresses, what they are relative to, and their parts; null: they are none.
const parts = ["href","origin","username","password","host","port","pathname","search","hash"];
const parsed = [
  ["http://example.com",null,["http://example.com/","http://example.com","","","example.com","","/","",""]],
  ["HTTP://User:Pass@EXAMPLE.com:80/%7Ea/../b/./c?x=1#f",null,["http://User:Pass@example.com/b/c?x=1#f","http://example.com","User","Pass","example.com","","/b/c","?x=1","#f"]],
  ["https://example.com:443/",null,["https://example.com/","https://example.com","","","example.com","","/","",""]],
  ["https://example.com:8443/a b?c d#e f",null,["https://example.com:8443/a%20b?c%20d#e%20f","https://example.com:8443","","","example.com:8443","8443","/a%20b","?c%20d","#e%20f"]],
  ["//other/x","https://base.com/a",["https://other/x","https://other","","","other","","/x","",""]],
  ["/abs?q","http://base.com/a/b?c#d",["http://base.com/abs?q","http://base.com","","","base.com","","/abs","?q",""]],
  ["rel","http://base.com/a/b?c#d",["http://base.com/a/rel","http://base.com","","","base.com","","/a/rel","",""]],
  ["../../..","http://base.com/a/b/c",["http://base.com/","http://base.com","","","base.com","","/","",""]],
  ["?only","http://base.com/a/b?c#d",["http://base.com/a/b?only","http://base.com","","","base.com","","/a/b","?only",""]],
  ["#only","http://base.com/a/b?c#d",["http://base.com/a/b?c#only","http://base.com","","","base.com","","/a/b","?c","#only"]],
  ["","http://base.com/a/b?c#d",["http://base.com/a/b?c","http://base.com","","","base.com","","/a/b","?c",""]],
  ["http:rel","http://base.com/a/b",["http://base.com/a/rel","http://base.com","","","base.com","","/a/rel","",""]],
  ["http:\\\\x\\y",null,["http://x/y","http://x","","","x","","/y","",""]],
  [" \t http://a\nb.com ",null,["http://ab.com/","http://ab.com","","","ab.com","","/","",""]],
  ["http://a@b@c/",null,["http://a%40b@c/","http://c","a%40b","","c","","/","",""]],
  ["http://münchen.de/ä?ö#ü",null,["http://xn--mnchen-3ya.de/%C3%A4?%C3%B6#%C3%BC","http://xn--mnchen-3ya.de","","","xn--mnchen-3ya.de","","/%C3%A4","?%C3%B6","#%C3%BC"]],
  ["http://faß.de/",null,["http://xn--fa-hia.de/","http://xn--fa-hia.de","","","xn--fa-hia.de","","/","",""]],
  ["http://例え.jp",null,["http://xn--r8jz45g.jp/","http://xn--r8jz45g.jp","","","xn--r8jz45g.jp","","/","",""]],
  ["http://ＧＯ.com/",null,["http://go.com/","http://go.com","","","go.com","","/","",""]],
  ["http://xn--mnchen-3ya.de",null,["http://xn--mnchen-3ya.de/","http://xn--mnchen-3ya.de","","","xn--mnchen-3ya.de","","/","",""]],
  ["http://☃.net/",null,["http://xn--n3h.net/","http://xn--n3h.net","","","xn--n3h.net","","/","",""]],
  ["http://1.2.3",null,["http://1.2.0.3/","http://1.2.0.3","","","1.2.0.3","","/","",""]],
  ["http://0x7f.1/",null,["http://127.0.0.1/","http://127.0.0.1","","","127.0.0.1","","/","",""]],
  ["http://017700000001/",null,["http://127.0.0.1/","http://127.0.0.1","","","127.0.0.1","","/","",""]],
  ["http://4294967295",null,["http://255.255.255.255/","http://255.255.255.255","","","255.255.255.255","","/","",""]],
  ["http://1.2.3.4.",null,["http://1.2.3.4/","http://1.2.3.4","","","1.2.3.4","","/","",""]],
  ["http://[::1]:3000/x",null,["http://[::1]:3000/x","http://[::1]:3000","","","[::1]:3000","3000","/x","",""]],
  ["http://[1:2:0:0:5:0:0:0]/",null,["http://[1:2:0:0:5::]/","http://[1:2:0:0:5::]","","","[1:2:0:0:5::]","","/","",""]],
  ["http://[::ffff:1.2.3.4]/",null,["http://[::ffff:102:304]/","http://[::ffff:102:304]","","","[::ffff:102:304]","","/","",""]],
  ["file:///C:/a/../../b",null,["file:///C:/b","null","","","","","/C:/b","",""]],
  ["file:c:\\foo\\bar",null,["file:///c:/foo/bar","null","","","","","/c:/foo/bar","",""]],
  ["file://localhost/x",null,["file:///x","null","","","","","/x","",""]],
  ["/x","file:///C:/y",["file:///C:/x","null","","","","","/C:/x","",""]],
  ["..","file:///C:/y/z",["file:///C:/","null","","","","","/C:/","",""]],
  ["mailto:a@b.c?subject=x y",null,["mailto:a@b.c?subject=x%20y","null","","","","","a@b.c","?subject=x%20y",""]],
  ["data:text/plain,hello world#x",null,["data:text/plain,hello world#x","null","","","","","text/plain,hello world","","#x"]],
  ["javascript:alert(\"x\")",null,["javascript:alert(\"x\")","null","","","","","alert(\"x\")","",""]],
  ["foo://Host:99/p/../q",null,["foo://Host:99/q","null","","","Host:99","99","/q","",""]],
  ["foo:/p//x",null,["foo:/p//x","null","","","","","/p//x","",""]],
  ["foo:",null,["foo:","null","","","","","","",""]],
  ["#h","mailto:a",["mailto:a#h","null","","","","","a","","#h"]],
  ["blob:https://a.com/uuid",null,["blob:https://a.com/uuid","https://a.com","","","","","https://a.com/uuid","",""]],
  ["http://a/?it's=\"q\"<>",null,["http://a/?it%27s=%22q%22%3C%3E","http://a","","","a","","/","?it%27s=%22q%22%3C%3E",""]],
  ["foo://a?it's",null,["foo://a?it's","null","","","a","","","?it's",""]],
  ["http://a/%zz%e4",null,["http://a/%zz%e4","http://a","","","a","","/%zz%e4","",""]],
  ["http://a?q=a+b%20c",null,["http://a/?q=a+b%20c","http://a","","","a","","/","?q=a+b%20c",""]],
  ["ws://x:80/",null,["ws://x/","ws://x","","","x","","/","",""]],
  ["wss://x:443/",null,["wss://x/","wss://x","","","x","","/","",""]],
  ["ftp://x:21/",null,["ftp://x/","ftp://x","","","x","","/","",""]],
  ["/a",null,null],
  ["nothing",null,null],
  ["http://",null,null],
  ["http://a b/",null,null],
  ["http://a:99999/",null,null],
  ["http://a:x/",null,null],
  ["http://256.1.1.1",null,null],
  ["http://1.2.3.4.5",null,null],
  ["http://[::1",null,null],
  ["http://[1::2::3]",null,null],
  ["http://%ff.com",null,null],
  ["http://a%00b/",null,null],
  ["http://user@/x",null,null],
  ["x","mailto:a",null],
  ["http://-\u00ad-.xn--/",null,null],
  ["foo://a b",null,null],
];
// An address, the part that is assigned to, the value, and what comes of it.
const assigned = [
  ["http://a.com/p?q#h","protocol","https","https://a.com/p?q#h"],
  ["http://a.com/","protocol","foo","http://a.com/"],
  ["http://a.com:443/","protocol","https:","https://a.com/"],
  ["http://a.com/","username","a:b@","http://a%3Ab%40@a.com/"],
  ["http://a.com/","password","ü","http://:%C3%BC@a.com/"],
  ["http://a.com:80/","host","b.com:8080","http://b.com:8080/"],
  ["http://a.com:8080/","host","b.com","http://b.com:8080/"],
  ["http://a.com/","host","","http://a.com/"],
  ["http://a.com/","hostname","münchen.de","http://xn--mnchen-3ya.de/"],
  ["http://a.com/","hostname","b.com:1","http://a.com/"],
  ["http://a.com/","hostname","b c","http://a.com/"],
  ["http://a.com/","port","8080x","http://a.com:8080/"],
  ["http://a.com:8080/","port","","http://a.com/"],
  ["http://a.com/","port","99999","http://a.com/"],
  ["http://a.com/x","pathname","a/../b?c#d","http://a.com/b%3Fc%23d"],
  ["http://a.com/x","pathname","","http://a.com/"],
  ["mailto:a","pathname","b","mailto:a"],
  ["http://a.com/?x","search","a b#c","http://a.com/?a%20b%23c"],
  ["http://a.com/?x","search","","http://a.com/"],
  ["http://a.com/#x","hash","#a b","http://a.com/#a%20b"],
  ["http://a.com/#x","hash","","http://a.com/"],
  ["file:///x","host","h","file://h/x"],
  ["file:///x","port","1","file:///x"],
  ["http://a.com/","href","https://b.com/x?y","https://b.com/x?y"],
];

const wrong = [];
for (const [address, base, wanted] of parsed) {
  let found = null;
  try {
    const url = new URL(address, base ?? undefined);
    found = parts.map((part) => url[part]);
  } catch (error) {
    if (!(error instanceof TypeError) || !error.message.startsWith("Invalid URL")) throw error;
  }
  if (JSON.stringify(found) !== JSON.stringify(wanted)) wrong.push([address, base, found]);
  if (URL.canParse(address, base ?? undefined) !== (wanted !== null) || (URL.parse(address, base ?? undefined) === null) !== (wanted === null)) wrong.push([address, "canParse"]);
}
for (const [address, part, value, wanted] of assigned) {
  const url = new URL(address);
  url[part] = value;
  if (url.href !== wanted) wrong.push([address, part, value, url.href]);
}

const url = new URL("http://a/?x=1#h"), pairs = url.searchParams;
pairs.append("y", "ä b");
const seen = [url.href];
url.search = "?z=2";
seen.push(String(pairs), pairs === url.searchParams);
pairs.delete("z");
seen.push(url.href, url + "", JSON.stringify({ url }), Object.prototype.toString.call(url), url instanceof URL);
try { url.href = "no"; } catch (error) { seen.push(error.message); }
try { new URL("/a"); } catch (error) { seen.push(error.message); }
try { new URL("a", "b"); } catch (error) { seen.push(error.message); }
console.log(url, [url.searchParams]);
return [wrong, seen];
