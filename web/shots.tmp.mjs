import { enter, launch, serve, routeOf } from './tests/forbear.mjs';
import { mkdirSync } from 'node:fs';
const out='/tmp/shots'; mkdirSync(out,{recursive:true});
const b=await serve(300);
const browser=await launch();
const origin=new URL(Object.values(b.links)[0]).origin;
console.log(JSON.stringify(b.links));
const roles=process.argv[2]?process.argv[2].split(','):['manager','desk','compliance','consumer','field'];
const lang=process.argv[3]??'zh-Hans'; const widths=(process.argv[4]??'1280').split(',').map(Number);
for(const role of roles){
  for(const width of widths){
  const c=await browser.newContext({viewport:{width,height:800}});
  const p=await c.newPage();
  await enter(p,b.links,role);
  const first=p.url();
  await p.goto(first+(first.includes('?')?'&':'?')+'lang='+lang).catch(()=>{});
  const seen=new Map(); const q=[first];const asked=new Set();
  while(q.length){const u=q.shift(); if(asked.has(u))continue; asked.add(u); const r=routeOf(u)?.path??'none'; if((seen.get(r)??0)>=1)continue;
    const a=await p.goto(u).catch(()=>null); if(!a||!(a.headers()['content-type']??'').startsWith('text/html'))continue;
    seen.set(r,(seen.get(r)??0)+1);
    const name=`${role.replace(' ','-')}-${width}-${lang}-${r.replace(/[^a-z0-9]+/gi,'_')}.png`;
    await p.screenshot({path:`${out}/${name}`,fullPage:true,clip:{x:0,y:0,width,height:Math.min(width<500?1900:1700,await p.evaluate(()=>document.documentElement.scrollHeight))}}); console.log(name,u,a.status());
    const more=await p.$$eval('a[href]',x=>x.map(l=>l.href));
    q.push(...more.filter(h=>h.startsWith(origin)&&!/[?&](lang|theme|sort|page|bucket)=/.test(h)&&!h.includes('#')));
  }
  await c.close();}
}
await browser.close(); b.stop();
